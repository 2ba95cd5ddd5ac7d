/** Bundle `ext.gadget.AskForHelp-english`: the messages in English, for whom no page of another language has them all. */
export { default as messages } from '../i18n/en.json' with { type: 'json' };
