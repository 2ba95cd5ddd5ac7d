export class OAuth2 {}
export class TokenRefresher {}
