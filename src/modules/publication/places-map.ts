export interface Located {
  slug: string;
  latitude: number | null;
  longitude: number | null;
  count: number;
}
export interface Dot {
  slug: string;
  x: number;
  y: number;
  radius: number;
}

const WIDTH = 480;
const HEIGHT = 360;
const MARGIN = 56;

/**
 * Where places lie to one another, north up, fitted into 480 × 360: a rough drawing without a background map, which no other host
 * has to serve. Longitudes shrink with the cosine of the middle latitude. Fewer than two located places make no drawing.
 */
export function placesMap(places: readonly Located[]): Dot[] {
  const located = places.filter((place) => place.latitude !== null && place.longitude !== null);
  if (located.length < 2) return [];
  const latitudes = located.map((place) => place.latitude!);
  const middle = (Math.min(...latitudes) + Math.max(...latitudes)) / 2;
  const points = located.map((place) => ({
    place,
    east: place.longitude! * Math.cos((middle * Math.PI) / 180),
    north: place.latitude!
  }));
  const east = range(points.map((point) => point.east));
  const north = range(points.map((point) => point.north));
  const scale = Math.min((WIDTH - 2 * MARGIN) / (east.size || 1), (HEIGHT - 2 * MARGIN) / (north.size || 1));
  const most = Math.max(...located.map((place) => place.count));
  return points.map((point) => ({
    slug: point.place.slug,
    x: Math.round(WIDTH / 2 + (point.east - east.middle) * scale),
    y: Math.round(HEIGHT / 2 - (point.north - north.middle) * scale),
    radius: Math.round(7 + 12 * Math.sqrt(point.place.count / most))
  }));
}

function range(values: readonly number[]) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return { size: high - low, middle: (low + high) / 2 };
}
