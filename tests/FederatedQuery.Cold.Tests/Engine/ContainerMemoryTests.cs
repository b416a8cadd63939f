using FederatedQuery.Cold.Engine;
using FederatedQuery.Testing;

namespace FederatedQuery.Cold.Tests.Engine;

/// <summary>Over copies of what Linux shows in containers of several kinds.</summary>
public sealed class ContainerMemoryTests : IDisposable
{
    private const long Gibibyte = 1L << 30;

    private readonly TemporaryFolder _root = new();

    public ContainerMemoryTests() => Write("proc/meminfo", "MemTotal:       16777216 kB\nMemFree:        1 kB\n");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void AvailableBytes_NoGroups_IsTheMachines() => Assert.Equal(16 * Gibibyte, CreateSut().AvailableBytes);

    [Fact]
    public void LimitBytes_Version2InItsOwnNamespace_IsThatOfTheTop()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw,nsdelegate\n");
        Write("sys/fs/cgroup/memory.max", "2147483648\n");

        Assert.Equal(2 * Gibibyte, CreateSut().LimitBytes);
        Assert.Equal(2 * Gibibyte, CreateSut().AvailableBytes);
    }

    [Fact]
    public void LimitBytes_Version2Nested_IsTheLowestOnTheWayUp()
    {
        Write("proc/self/cgroup", "0::/kubepods.slice/pod1/main\n");
        Write("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Write("sys/fs/cgroup/kubepods.slice/pod1/main/memory.max", "max\n");
        Write("sys/fs/cgroup/kubepods.slice/pod1/main/memory.high", "max\n");
        Write("sys/fs/cgroup/kubepods.slice/pod1/memory.max", "3221225472\n");
        Write("sys/fs/cgroup/kubepods.slice/memory.max", "8589934592\n");
        Write("sys/fs/cgroup/other/memory.max", "1\n");

        Assert.Equal(3 * Gibibyte, CreateSut().LimitBytes);
    }

    [Fact]
    public void LimitBytes_Version1OfAContainer_IsThatOfTheMountedGroup()
    {
        Write("proc/self/cgroup", "11:cpu,cpuacct:/docker/abc\n10:memory:/docker/abc\n1:name=systemd:/docker/abc\n0::/system.slice/docker.service\n");
        Write("proc/self/mountinfo", "36 31 0:33 /docker/abc /sys/fs/cgroup/memory ro,nosuid master:15 - cgroup cgroup rw,memory\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");

        Assert.Equal(Gibibyte, CreateSut().LimitBytes);
    }

    [Fact]
    public void LimitBytes_Version1Nested_IsTheLowestOnTheWayUp()
    {
        Write("proc/self/cgroup", "4:memory:/jobs/one\n0::/\n");
        Write("proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
        Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        Write("sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "4294967296\n");
        Write("sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", "6442450944\n");

        Assert.Equal(4 * Gibibyte, CreateSut().LimitBytes);
    }

    [Theory]
    [InlineData("0::/\n", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "max\n")]
    [InlineData("0::/\n", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "many\n")]
    [InlineData("0::/../outside\n", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "max\n")]
    [InlineData("nonsense\n", "31 23 nonsense\n", "1\n")]
    public void LimitBytes_NoneThatCanBeRead_IsNull(string groups, string mounts, string limit)
    {
        Write("proc/self/cgroup", groups);
        Write("proc/self/mountinfo", mounts);
        Write("sys/fs/cgroup/memory.max", limit);

        Assert.Null(CreateSut().LimitBytes);
        Assert.Equal(16 * Gibibyte, CreateSut().AvailableBytes);
    }

    private ContainerMemory CreateSut() => new(_root.FullPath);

    private void Write(string name, string text)
    {
        var path = _root.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
