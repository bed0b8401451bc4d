// runqueue_oracle KIND PATH…: makes recorded tables again by running the engine, prints the cells
// that differ and last "N of M rows equal"; exits 0 only if all rows are.
#include <cstdio>
#include <cstring>

int oracle_clone(const char* path);
int oracle_clone_errno(const char* path);
int oracle_clone_priv(const char* path);
int oracle_cow(const char* path);
int oracle_life(const char* path);
int oracle_schedsys(const char* path);

namespace {

struct Kind {
    const char* name;
    int (*compare)(const char* path);
};
constexpr Kind kinds[] = {
    {"clone", oracle_clone},
    {"clone_errno", oracle_clone_errno},
    {"clone_priv", oracle_clone_priv},
    {"cow", oracle_cow},
    {"life", oracle_life},
    {"schedsys", oracle_schedsys},
};

int usage() {
    std::fprintf(stderr, "usage: runqueue_oracle KIND PATH…\nKIND:");
    for (const Kind& kind : kinds) std::fprintf(stderr, " %s", kind.name);
    std::fprintf(stderr, "\nPATH: a recorded table, or the folder it lies in\n");
    return 3;
}

}  // namespace

int main(int count, char** words) {
    if (count < 3) return usage();
    for (const Kind& kind : kinds) {
        if (std::strcmp(kind.name, words[1]) != 0) continue;
        int differs = 0;
        for (int i = 2; i < count; ++i) differs |= kind.compare(words[i]);
        return differs;
    }
    return usage();
}
