/** Bundle `ext.gadget.AskForHelp-matrix`: the Matrix client, loaded only after the newcomer has agreed. */
export * from '../../matrix/index.ts';
