// Runs a command and says what it took: usage: stopwatch RESULT COMMAND...
//
// A small process of its own, because the peak of a child's memory begins with that of the process that forked it.
// RESULT becomes "wall_seconds user_seconds system_seconds peak_kib exit_code".
#include <chrono>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double seconds(timeval time) { return double(time.tv_sec) + double(time.tv_usec) * 1e-6; }

int main(int count, char **arguments) {
    if (count < 3) return 64;
    auto start = std::chrono::steady_clock::now();
    pid_t child = fork();
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        perror(arguments[2]);
        _exit(127);
    }
    int status;
    rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return 70;
    double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    FILE *result = fopen(arguments[1], "w");
    if (!result) return 73;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    fprintf(result, "%.6f %.6f %.6f %ld %d\n", wall, seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss,
            code);
    fclose(result);
    return code;
}
