import data from './data/places.json' with { type: 'json' };

type Place = [latitude: number, longitude: number];

const PLACES = new Map(Object.entries(data.places as unknown as Record<string, Place[]>));
const EARTH_KM = 6_371;
const rad = (degrees: number): number => (degrees * Math.PI) / 180;

/** Along the great circle, by the haversine formula. */
function between([lat1, lon1]: Place, [lat2, lon2]: Place): number {
  const half = (a: number, b: number) => Math.sin(rad(b - a) / 2) ** 2;
  const h = half(lat1, lat2) + Math.cos(rad(lat1)) * Math.cos(rad(lat2)) * half(lon1, lon2);
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * Kilometres between the two nearest principal places of two countries (ISO 3166 codes), so that neighbours are near however
 * large they are. Null where one of them is unknown.
 */
export function kilometres(a: string, b: string): number | null {
  const [from, to] = [PLACES.get(a), PLACES.get(b)];
  if (!from || !to) return null;
  return Math.round(Math.min(...from.flatMap((one) => to.map((other) => between(one, other)))));
}
