// The names of everything in a World. Ids are strong types: a task cannot be taken for an mm.
#pragma once

#include "base/id.hpp"

namespace rq {

using TaskId = Id<struct TaskTag>;        ///< task_struct
using MmId = Id<struct MmTag>;            ///< mm_struct
using VmaId = Id<struct VmaTag>;          ///< vm_area_struct
using FilesId = Id<struct FilesTag>;      ///< files_struct: descriptor table
using FileId = Id<struct FileTag>;        ///< struct file: open file description
using FsId = Id<struct FsTag>;            ///< fs_struct: cwd, root, umask
using SighandId = Id<struct SighandTag>;  ///< sighand_struct
using SignalId = Id<struct SignalTag>;    ///< signal_struct: thread group
using NsproxyId = Id<struct NsproxyTag>;  ///< nsproxy
using NsId = Id<struct NsTag>;            ///< one namespace of any type
using CredId = Id<struct CredTag>;        ///< cred
using SemUndoId = Id<struct SemUndoTag>;  ///< sem_undo_list
using TimerId = Id<struct TimerTag>;      ///< hrtimer
using GroupId = Id<struct GroupTag>;      ///< task_group of a cpu cgroup

/// A sched_entity: an index into World::se and World::se_node; 0 = none.
using SeId = Index<struct SeTag>;
/// A cfs_rq: an index into World::cfs_rqs; 0 = none. The root queue of CPU c is c + 1.
using CfsRqId = Index<struct CfsRqTag>;
using CpuId = Index<struct CpuTag>;
using NodeId = Index<struct NodeTag>;
/// A page frame (pfn); frames are recycled with their reference count visible; 0 = none.
using FrameId = Index<struct FrameTag>;
/// An interned name of the scenario (see Image::name); 0 = none.
using NameId = Index<struct NameTag>;
/// A compiled program of the scenario; 0 = none.
using ProgramId = Index<struct ProgramTag>;

}  // namespace rq
