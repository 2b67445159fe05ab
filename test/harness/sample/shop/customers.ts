export type Customer = { readonly name: string; readonly discount: number };

const customers = new Map<string, Customer>([
  ['c-1', { name: 'Ada', discount: 0.1 }],
  ['c-2', { name: 'Grace', discount: 0 }],
]);

export function findCustomer(id: string): Customer {
  return customers.get(id) as Customer;
}

export function discountOf(id: string): number {
  const customer = findCustomer(id);
  return customer.discount;
}
