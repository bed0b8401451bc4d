// The inside of the rt-app reader: a thread's keys in rtapp_reader.cpp, its events in
// rtapp_events.cpp.
#pragma once

#include "scenario/program_builder.hpp"
#include "scenario/reading.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq {

/// What a thread or a phase may say about scheduling.
struct RtappSched {
    bool has_policy = false;
    bool has_priority = false;
    bool has_cpus = false;
    bool has_group = false;
    Policy policy = Policy::normal;
    s64 priority = 0;
    DeadlineSpec deadline;
    std::vector<u32> cpus;
    std::string group;
    Place place;
};

class RtappReader {
   public:
    RtappReader(Reading& reading, Scenario& scenario)
        : reading_(reading), scenario_(scenario), builder_(reading, scenario) {}

    void read(Json root);

   private:
    enum class Level : u8 { thread_alone, thread_of_phases, phase };

    void notice(Place place, std::string message);
    void global(Json value);
    void global_key(Json m);
    void duration(Json value);
    void thread(Json value);
    void thread_name(Json value, std::string& name);
    void task_keys(Json value, TaskSpec& task, s64& loop);
    void sched_keys(Json value, RtappSched& sched, Level level);
    void sched_key(Json m, RtappSched& sched);
    void deadline_keys(Json value, RtappSched& sched, Level level);
    void ranks(RtappSched& sched, Level level);
    void other_keys(Json value, Level level);
    void take(const RtappSched& sched, TaskSpec& task);
    void phases(ProgramDraft& draft, Json value, s64 loop, const RtappSched& base);
    void phase(ProgramDraft& draft, Json value, const RtappSched& base, bool pins);
    void group(const std::string& path, Place place);
    void switch_sched(ProgramDraft& draft, const RtappSched& base, const RtappSched& now,
                      bool pins);
    void forked_programs();
    u32 forked_program(std::string_view task_name, Place place);
    void settle_barriers();
    void settle_timers();

    // rtapp_events.cpp
    static bool is_event(std::string_view key);
    u32 events(ProgramDraft& draft, Json object);
    void event(ProgramDraft& draft, Json e);
    void simple(ProgramDraft& draft, Json e, OpCode code);
    void text(ProgramDraft& draft, Json e, OpCode code);
    void condition(ProgramDraft& draft, Json e, OpCode code);
    void timer(ProgramDraft& draft, Json e);
    void memrun(ProgramDraft& draft, Json e);
    void fork(ProgramDraft& draft, Json e);
    std::string text_member(Json object, std::string_view key, std::string_view otherwise);

    Reading& reading_;
    Scenario& scenario_;
    ProgramBuilder builder_;
    Policy default_policy_ = Policy::normal;
    bool pi_ = false;
    std::string thread_;  // name of the thread being read
    std::vector<RtappSched> sched_of_task_;
    struct Fork {
        std::string target;
        Place place;
    };
    std::vector<Fork> forks_;
};

}  // namespace rq
