using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FederatedQuery.Hot.Embedded;

/// <summary>
/// <c>postmaster.pid</c> of a cluster: one value per line, of which are used here 1 (process id), 4 (port), 5 (socket folder), 8 (status).
/// </summary>
internal sealed record PostmasterFile(int ProcessId, int Port, string SocketDirectory, string Status)
{
    /// <summary>The file's content; null when there is none, or it is half written.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(PathIn(cluster));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        // A standalone backend writes its process id negative.
        return lines.Length >= 5
            && int.TryParse(lines[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var processId)
            && int.TryParse(lines[3], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new PostmasterFile(Math.Abs(processId), port, lines[4], lines.ElementAtOrDefault(7)?.Trim() ?? "")
            : null;
    }

    public static string PathIn(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>
    /// Whether the named process runs and is the server of this cluster. PostgreSQL itself only asks whether a process of that id runs,
    /// and would refuse to start for good where ids come again, as they do in each new container.
    /// </summary>
    public bool IsServerOf(string cluster)
    {
        try
        {
            using var process = Process.GetProcessById(ProcessId);
            if (!process.ProcessName.StartsWith("postgres", StringComparison.Ordinal))
            {
                return false;
            }

            // The server's working folder is its cluster.
            var workingFolder = OperatingSystem.IsLinux() ? new DirectoryInfo($"/proc/{ProcessId}/cwd").LinkTarget : null;
            return workingFolder is null || Path.GetFullPath(workingFolder) == RealPath(cluster);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or Win32Exception or IOException)
        {
            // No such process (any more).
            return false;
        }
    }

    private static string RealPath(string folder)
    {
        var full = Path.GetFullPath(folder);
        var root = Path.GetPathRoot(full)!;
        var real = root;
        foreach (var part in full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new DirectoryInfo(Path.Combine(real, part));
            real = next.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next.FullName;
        }

        return real;
    }
}
