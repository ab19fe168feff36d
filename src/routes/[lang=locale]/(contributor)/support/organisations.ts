/** Whom the support page names. Names are the organisations' own and are not translated; what they do is, in contributor.json. */
export const SUPPORT = [
  { where: 'world', organisations: [{ id: 'irct', name: 'IRCT', url: 'https://irct.org/' }] },
  { where: 'jordan', organisations: [{ id: 'cvt', name: 'Center for Victims of Torture', url: 'https://www.cvt.org/' }] },
  { where: 'lebanon', organisations: [{ id: 'restart', name: 'Restart Center', url: 'https://restartcenter.com/' }] },
  { where: 'germany', organisations: [{ id: 'ueberleben', name: 'Zentrum ÜBERLEBEN', url: 'https://www.ueberleben.org/' }] },
  { where: 'france', organisations: [{ id: 'primo_levi', name: 'Centre Primo Levi', url: 'https://www.primolevi.org/' }] },
  { where: 'britain', organisations: [{ id: 'freedom', name: 'Freedom from Torture', url: 'https://www.freedomfromtorture.org/' }] },
  { where: 'legal', organisations: [{ id: 'ecchr', name: 'ECCHR', url: 'https://www.ecchr.eu/' }] }
] as const;
