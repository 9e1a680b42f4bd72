/** Listing processes while others come and go as fast as they can. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, assertAgreement, compileAsk } from '../support/ask.ts';
import { whenMounting } from '../support/requirements.ts';
import { ServedProc } from '../support/served-proc.ts';

whenMounting('a listing has everyone who stays, once and in order, however it is read', async () => {
  const served = await ServedProc.start();
  try {
    const script = ['gather 400', 'census @/ 20 32768', 'census @/ 10 280', 'census @/ 10 4096', 'census @/ 10 1000', 'disperse'];
    const answers = ask(compileAsk(), '/proc', served.root, script.join('\n'));
    assertAgreement(answers);
    for (const { ours } of answers) assert.is(ours, 'missing 0 repeated 0 unordered 0');
  } finally {
    await served.stop();
  }
});

whenMounting('a directory is listed on from where the reader was, and from where it goes', async () => {
  const served = await ServedProc.start();
  try {
    const script = ['spawn z zoo threads=5'];
    for (const path of ['fd', 'fdinfo', 'ns', 'attr', 'task', 'map_files', '']) {
      script.push(`open @/$z/${path} h r|dir`, 'getdents h 100', 'getdents h 100', 'seek h 0 0', 'getdents h 100', 'seek h 0 1');
      script.push('seek h -1 0', 'getdents h 32768', 'getdents h 32768', 'seek h 0 0', 'getdents h 32768', 'close h');
    }
    // Only the kernel's own places differ, which a reader does not make up.
    assertAgreement(ask(compileAsk(), '/proc', served.root, script.join('\n')), [
      { question: /^seek h 0 1$/, ours: /^\d+$/, reason: 'a place is what the listing gave' },
    ]);
  } finally {
    await served.stop();
  }
});

test.run();
