/** Stands in for tables of `banana-i18n`: what a language falls back to, which the wiki knows, and digits, which `Intl` writes. */
export default {};
