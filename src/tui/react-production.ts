/**
 * React's development build records every render for its tools and never forgets one: a screen that is drawn sixteen
 * times a second would fill the memory. Which build is loaded, it reads from here; so this stands before it is imported.
 */
import process from 'node:process';

process.env['NODE_ENV'] ??= 'production';
