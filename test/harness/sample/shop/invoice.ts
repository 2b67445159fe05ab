import { discountOf } from './customers.ts';

type Order = { readonly number: number; readonly customer: string; readonly prices: readonly number[] };

const orders: readonly Order[] = [
  { number: 1, customer: 'c-1', prices: [12.5, 4] },
  { number: 2, customer: 'c-3', prices: [99] },
];

function totalOf(order: Order): number {
  const sum = order.prices.reduce((total, price) => total + price, 0);
  return sum * (1 - discountOf(order.customer));
}

for (const order of orders) {
  console.log(`Invoice ${order.number}: ${totalOf(order).toFixed(2)}`);
}
