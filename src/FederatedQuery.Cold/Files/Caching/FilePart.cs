using System.Globalization;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>
/// What a file of the cache holds: an object, or some columns and row groups of one. Equal by <see cref="Key"/>. Iceberg never writes a data file
/// anew under the same location, so location and length say which object it is; the ETag is kept to see that parts belong together.
/// </summary>
internal sealed record FilePart
{
    /// <param name="location">The object's, in one form for all ways to write it.</param>
    /// <param name="length">The object's.</param>
    /// <param name="fieldIds">Fields of the top level, ascending; null for all of the object.</param>
    /// <param name="rowGroups">Numbers of row groups, ascending; null for all.</param>
    public FilePart(string location, long length, IReadOnlyList<int>? fieldIds = null, IReadOnlyList<int>? rowGroups = null)
    {
        Location = location;
        Length = length;
        FieldIds = fieldIds;
        RowGroups = fieldIds is null ? null : rowGroups;
        Key = string.Create(CultureInfo.InvariantCulture, $"{length} {location}") + Text(" columns ", FieldIds) + Text(" row groups ", RowGroups);
    }

    public string Location { get; }

    public long Length { get; }

    public IReadOnlyList<int>? FieldIds { get; }

    public IReadOnlyList<int>? RowGroups { get; }

    public string Key { get; }

    /// <summary>The object, whatever part of it.</summary>
    public (string Location, long Length) Object => (Location, Length);

    public bool IsWhole => FieldIds is null;

    /// <summary>Whether a reader of <paramref name="other"/> can read this just as well.</summary>
    public bool Covers(FilePart other) =>
        Object == other.Object && (IsWhole || (other.FieldIds is { } ids && Includes(FieldIds!, ids) && Includes(RowGroups, other.RowGroups)));

    public bool Equals(FilePart? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    private static bool Includes(IReadOnlyList<int>? all, IReadOnlyList<int>? some)
    {
        if (all is null || some is null)
        {
            return all is null;
        }

        var i = 0;
        foreach (var item in some)
        {
            while (i < all.Count && all[i] < item)
            {
                i++;
            }

            if (i == all.Count || all[i] != item)
            {
                return false;
            }
        }

        return true;
    }

    private static string Text(string name, IReadOnlyList<int>? numbers) =>
        numbers is null ? "" : name + string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
