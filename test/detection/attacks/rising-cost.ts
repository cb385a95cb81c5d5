import { numberIn, type Subscriber } from '../numbers.ts';
import { realCost } from '../prices.ts';
import { moment } from '../traffic.ts';
import { type Attack, fraud, victim } from './attack.ts';

/** Ordinary countries first, then dearer and dearer ones, a few calls each; satellites last. `pause`: minutes between calls. */
const risingOver =
  (pause: [number, number]): Attack =>
  (scene) => {
    const { office, random } = scene;
    const price = (to: Subscriber) => realCost(to, office.country, 60);
    const ladder = [...office.plain, ...office.targets].map((region) => numberIn(region, 'mobile', random));
    const satellite: Subscriber = { region: '001', kind: 'mobile', cc: '881', nsn: `6${random.digits(7)}` };
    const steps = [...ladder.sort((a, b) => price(a) - price(b)), satellite];
    const ext = victim(scene);
    let [day, minute] = [22, 9 * 60];
    return steps.flatMap((to) =>
      Array.from({ length: 3 }, () => {
        if (minute > 17 * 60) [day, minute] = [day + 1, 9 * 60 + random.int(0, 60)];
        const talked = random.int(3, 12);
        const at = moment(office, day, minute);
        minute += talked + random.int(...pause);
        return fraud(scene, at, ext, to, talked * 60);
      }),
    );
  };
export const rising = risingOver([1, 10]);
export const risingSlowly = risingOver([20, 90]);
