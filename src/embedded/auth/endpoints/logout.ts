import type { AuthDeps } from '../deps.ts';
import { invalid } from '../errors.ts';
import type { Route } from '../http.ts';
import { endSessions, requireCaller } from '../sessions.ts';

/** POST /logout?scope=global|local|others: ends sessions and their refresh tokens; access tokens meet `session_not_found`. */
export const logoutRoutes: Route<AuthDeps>[] = [
  {
    method: 'POST',
    path: '/logout',
    async handle(deps, request) {
      const { user, session } = await requireCaller(deps, request);
      switch (request.query.get('scope') ?? 'global') {
        case 'global':
          await endSessions(deps.db, user.id);
          break;
        case 'local':
          await endSessions(deps.db, user.id, { only: session.id });
          break;
        case 'others':
          await endSessions(deps.db, user.id, { but: session.id });
          break;
        default:
          throw invalid('Unsupported logout scope');
      }
      return { status: 204 };
    }
  }
];
