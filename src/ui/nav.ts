export interface NavLink {
  href: string;
  text: string;
}

/** Whether `pathname` lies in the section that starts at `href`; the front page (`/ar`) is only itself. */
export function isCurrent(href: string, pathname: string): boolean {
  return pathname === href || (href.split('/').length > 2 && pathname.startsWith(`${href}/`));
}
