// What a process has in memory besides what it maps: the program's file, heap and stack as execve()
// leaves them (fs/binfmt_elf.c of 6.1), here always those of one small static program, and how heap
// and stack grow.
#pragma once

#include "ids.hpp"

#include <string_view>

namespace rq {

struct Context;
struct Scenario;

/// Interns the names of the files that the scenario's tasks and programs are; at compile time.
void intern_program_files(Scenario& scenario);

/// Maps the program called `name` into p's empty address space: text, data, bss, heap, stack, vvar
/// and vdso, with those pages present that the start of a program touches, as far as there is
/// memory. Nothing where the scenario wants no images.
void map_process_image(Context& c, TaskId p, std::string_view name);

/// The heap, called `name` by operations, with at least `pages` pages (brk). Null if the process
/// has no image, or with -ENOMEM.
VmaId grow_heap(Context& c, TaskId p, u32 name, u64 pages, s32* error);
/// The stack with at least `pages` pages; null beyond its limit of 8 MiB, or with -ENOMEM
/// (expand_stack).
VmaId grow_stack(Context& c, TaskId p, u32 name, u64 pages, s32* error);

}  // namespace rq
