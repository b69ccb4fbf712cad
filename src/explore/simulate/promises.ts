/** What a simulation itself holds a system to, beside all that is declared of it; told in these sentences and no others. */
export const PROMISES = {
  failsByFaultsAlone: 'Nothing fails but by a fault.',
  comesToRest: 'The system comes to rest.',
  forgets: 'What was remembered long enough is forgotten.',
  publishesBeforeItStops: 'A context that is stopped has published what it committed.',
  givesUp: 'What fails always is given up after six attempts, and nothing else is.',
  goesOn: 'Messages behind one that fails go on.',
  canBePlayed: 'The scenario can be played.',
} as const;
