/// Small programs that show how to use Ephor.
module dev.ephor.examples {
    exports dev.ephor.examples;

    requires dev.ephor.database;
    requires static org.jspecify;
}
