String log = new File(basedir, 'build.log').text
// The same weights whichever way the library is used.
assert log.contains('weights 40fdf8911acdb575ef0be61cf9262383532c34fde91ac05aa0452ced7ae90f63')
assert log.contains('codes 2, anomaly true')
