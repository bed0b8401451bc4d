// Files that lie in /root from the start: programs to run, read and change.
#include "console/console.hpp"

namespace rq::console {

namespace {

constexpr const char* clone_test =
    R"(// What clone() shares: the child writes a global variable, the parent looks.
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int global_var = 0;

int child_func(void *arg) {
    global_var = 42;
    printf("Child (%s): global_var = %d, pid = %d\n", (char *)arg, global_var, getpid());
    sleep(1);
    return 0;
}

void test_clone(int flags, const char *name) {
    char *stack = malloc(1024 * 1024);
    global_var = 0;
    int pid = clone(child_func, stack + 1024 * 1024, flags | SIGCHLD, (void *)name);
    if (pid == -1) {
        perror("clone");
        return;
    }
    waitpid(pid, NULL, 0);
    printf("Parent after %s: global_var = %d\n\n", name, global_var);
    free(stack);
}

int main() {
    test_clone(0, "no CLONE_VM");
    test_clone(CLONE_VM, "CLONE_VM");
    return 0;
}
)";

constexpr const char* affinity = R"(// Where a task may run, before and after it is bound to CPU 0.
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>

void print_affinity() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    sched_getaffinity(0, sizeof(mask), &mask);
    printf("CPU affinity: ");
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (CPU_ISSET(i, &mask)) printf("%d ", i);
    }
    printf("\n");
}

int main() {
    printf("Before: ");
    print_affinity();
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CPU_SET(0, &mask);
    sched_setaffinity(0, sizeof(mask), &mask);
    printf("After:  ");
    print_affinity();
    volatile long sum = 0;
    for (long i = 0; i < 100000000; i++) sum += i;
    printf("Work done on CPU %d\n", sched_getcpu());
    return 0;
}
)";

constexpr const char* sched_script =
    R"(# The scheduler's figures of this process, between stretches of work.
import os
import time

def get_sched_info(pid):
    with open(f'/proc/{pid}/sched') as f:
        return f.read()

pid = os.getpid()
for i in range(5):
    print(f"\n--- Iteration {i} ---")
    sum(range(10000000))
    info = get_sched_info(pid)
    for line in info.split('\n')[:10]:
        print(line)
    time.sleep(0.1)
)";

constexpr const char* my_program = R"([{"repeat": 20, "do": ["run 5ms", "sleep 1ms"]}]
)";

}  // namespace

void add_sample_files(Files& files) {
    auto put = [&](const char* name, const char* text) {
        files.write({}, Files::absolute(home_directory, name), text, false);
    };
    put("clone_test.c", clone_test);
    put("affinity.c", affinity);
    put("sched_info.py", sched_script);
    put("my_program", my_program);
}

}  // namespace rq::console
