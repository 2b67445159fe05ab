import '../withoutEval.ts';
import { registerComponents } from '../components.ts';
import './analysis.css';
import { AnalysisPage } from './analysisPage.ts';

registerComponents();
const root = document.getElementById('root');
if (root !== null) new AnalysisPage(root).begin();
