using System.Globalization;

namespace FederatedQuery.Cold.Engine;

/// <summary>
/// How much memory this process may use: the machine's, or less where a control group of Linux sets a limit, be it the process's own group or one
/// above it, of version 1 or 2. What .NET itself reports is already cut to three quarters within a container.
/// </summary>
public sealed class ContainerMemory
{
    private readonly string _root;

    /// <param name="root">Where <c>proc</c> and <c>sys</c> are; another one in tests.</param>
    public ContainerMemory(string root = "/") => _root = root;

    /// <summary>In bytes.</summary>
    public long AvailableBytes => Math.Min(MachineBytes, LimitBytes ?? long.MaxValue);

    /// <summary>The lowest limit of the process's control groups in bytes; null where there is none.</summary>
    public long? LimitBytes => GroupFolders()
        .SelectMany(group => FoldersUpTo(group.Folder, group.Top).SelectMany(folder => group.Files.Select(file => Path.Combine(folder, file))))
        .Select(ReadLimit)
        .Min();

    private long MachineBytes
    {
        get
        {
            var line = Lines("proc/meminfo").FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
            return line is not null && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var kibibytes)
                ? kibibytes * 1024
                : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        }
    }

    /// <summary>The process's groups that can limit memory: at most one of each version.</summary>
    private IEnumerable<(string Folder, string Top, string[] Files)> GroupFolders()
    {
        var mounts = Lines("proc/self/mountinfo").Select(Mount.Parse).OfType<Mount>().ToList();
        foreach (var line in Lines("proc/self/cgroup"))
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
            {
                continue;
            }

            var (mount, files) = controllers.Length == 0
                ? (mounts.FirstOrDefault(mount => mount.Type == "cgroup2"), (string[])["memory.max", "memory.high"])
                : controllers.Split(',').Contains("memory")
                    ? (mounts.FirstOrDefault(mount => mount.Type == "cgroup" && mount.Options.Contains("memory")), ["memory.limit_in_bytes"])
                    : (null, []);
            if (mount is not null)
            {
                var top = Path.Combine(_root, mount.Point.TrimStart('/'));
                yield return (Path.Combine(top, mount.Below(path)), top, files);
            }
        }
    }

    private static IEnumerable<string> FoldersUpTo(string folder, string top)
    {
        for (var current = folder.TrimEnd('/'); current.Length >= top.Length; current = Path.GetDirectoryName(current)!)
        {
            yield return current;
        }
    }

    private static long? ReadLimit(string file)
    {
        try
        {
            // "max", and numbers beyond every machine, are no limit.
            return File.Exists(file) && long.TryParse(File.ReadAllText(file).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                && bytes < long.MaxValue / 2 ? bytes : null;
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            // A group above that this process may not look into limits it all the same; nobody can say how far.
            return null;
        }
    }

    private string[] Lines(string file)
    {
        var path = Path.Combine(_root, file);
        return File.Exists(path) ? File.ReadAllLines(path) : [];
    }

    /// <param name="Root">Which group the mount shows as its top.</param>
    private sealed record Mount(string Root, string Point, string Type, string[] Options)
    {
        /// <summary>A line such as <c>35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory</c>.</summary>
        public static Mount? Parse(string line)
        {
            var halves = line.Split(" - ", 2);
            var left = halves[0].Split(' ');
            return halves.Length == 2 && left.Length > 4 && halves[1].Split(' ') is [var type, _, var options, ..]
                ? new Mount(left[3], left[4], type, options.Split(','))
                : null;
        }

        /// <summary>A group's folder below the mount's; empty where the mount shows no more than the process's own group, as in most containers.</summary>
        public string Below(string group) => group.StartsWith(Root, StringComparison.Ordinal) && !group.Contains("/..", StringComparison.Ordinal)
            ? group[Root.Length..].Trim('/')
            : "";
    }
}
