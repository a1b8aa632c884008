assert new File(basedir, 'build.log').text.contains('package io.hourglass.engine is not visible')
