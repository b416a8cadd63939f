using System.Collections.Immutable;
using FederatedQuery.Iceberg.Scan;

namespace FederatedQuery.Cold.Rewriting;

/// <summary>Divides files into portions of neighbours.</summary>
public static class EvenPacking
{
    /// <summary>Evenly: three portions of two thirds rather than two full ones and a tiny one, of which tiny files would come.</summary>
    /// <param name="tasks">In the order to keep.</param>
    /// <param name="maxBytes">About as large as a portion becomes; a single file may be larger.</param>
    public static IEnumerable<ImmutableArray<ScanTask>> Of(IReadOnlyList<ScanTask> tasks, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        var total = tasks.Sum(task => task.File.FileSizeInBytes);
        var share = total / Math.Max(1, Math.Ceiling((double)total / maxBytes));
        var portion = ImmutableArray.CreateBuilder<ScanTask>();
        var bytes = 0L;
        foreach (var task in tasks)
        {
            if (portion.Count > 0 && bytes + (task.File.FileSizeInBytes / 2) > share)
            {
                yield return portion.ToImmutable();
                portion.Clear();
                bytes = 0;
            }

            portion.Add(task);
            bytes += task.File.FileSizeInBytes;
        }

        if (portion.Count > 0)
        {
            yield return portion.ToImmutable();
        }
    }
}
