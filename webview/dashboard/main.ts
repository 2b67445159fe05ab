import '../withoutEval.ts';
import 'uplot/dist/uPlot.min.css';
import { registerDashboardComponents } from '../components.ts';
import './dashboard.css';
import { DashboardPage } from './dashboardPage.ts';

registerDashboardComponents();
const root = document.getElementById('root');
if (root !== null) new DashboardPage(root).begin();
