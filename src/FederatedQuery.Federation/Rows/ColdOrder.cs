using FederatedQuery.Cold.Scanning;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Federation.Rows;

/// <summary>
/// The data files of a scan in the order in which their best rows may come, by the bounds of the leading column; read in groups until those left cannot hold a row that matters.
/// </summary>
internal sealed class ColdOrder
{
    private readonly ColdScan _scan;
    private readonly RowTerm _lead;
    private readonly IReadOnlyList<ColdFile> _files;

    /// <summary>Files, best first; in the order of the manifests where nothing is known of them.</summary>
    private readonly List<(int File, Literal? Best, Literal? Worst)> _left = [];
    private long _rowsTaken;

    public ColdOrder(ColdScan scan, RowTerm lead)
    {
        _scan = scan;
        _lead = lead;
        _files = scan.IsWhole ? [] : scan.DataFiles;
        foreach (var (i, file) in _files.Index())
        {
            var (lower, upper) = lead.IsKnownToTiers ? file.BoundsOf(lead.Name) : (null, null);
            _left.Add(lead.Descending ? (i, upper, lower) : (i, lower, upper));
        }

        _left.Sort((one, other) => (one.Best, other.Best) switch
        {
            (null, null) => one.File.CompareTo(other.File),
            (null, _) => -1,
            (_, null) => 1,
            ({ } best, { } than) => Compare(best, than) is not 0 and var order ? order : one.File.CompareTo(other.File),
        });
        IsOver = scan.FilesRead == 0;
    }

    /// <summary>True once every file was taken, or cannot matter.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Leaves out the files whose rows all come behind a value of the leading column.</summary>
    public void StopBehind(Literal? value)
    {
        var atMost = _scan.Bind(Keyset.UpTo(_lead, value));
        _left.RemoveAll(entry => !_files[entry.File].MayMatch(atMost));
        IsOver = !_scan.IsWhole && _left.Count == 0;
    }

    /// <summary>The next files to be read together.</summary>
    /// <param name="rowsWanted">About so many rows are missing.</param>
    /// <returns>At least one; all that are left where the scan is not to be divided.</returns>
    public IReadOnlyCollection<int> Take(long rowsWanted)
    {
        if (_scan.IsWhole)
        {
            IsOver = true;
            return [.. Enumerable.Range(0, _scan.FilesRead)];
        }

        // As many again as were read in vain, so that a filter which little matches is not answered file by file.
        var wanted = Math.Max(rowsWanted, _rowsTaken * 3);
        var taken = new List<int>();
        var rows = 0L;
        var reach = _left[0].Worst;
        foreach (var (file, best, _) in _left)
        {
            // Files that lie beside the first one hold rows of the same time: none of them is of use without the others.
            var isBeside = best is null || reach is null || Compare(best.Value, reach.Value) <= 0;
            if (taken.Count > 0 && !isBeside && rows >= wanted)
            {
                break;
            }

            taken.Add(file);
            rows += _files[file].Rows;
        }

        _left.RemoveRange(0, taken.Count);
        _rowsTaken += rows;
        IsOver = _left.Count == 0;
        return taken;
    }

    private int Compare(Literal one, Literal other) => _lead.Descending ? other.CompareTo(one) : one.CompareTo(other);
}
