using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FederatedQuery.Hot.Sql;

namespace FederatedQuery.Hot.Partitions;

/// <summary>Names of what belongs to a table. PostgreSQL cuts names at 63 bytes without a word, so that two could become one.</summary>
internal static class PartitionNames
{
    private const int LongestName = 63;

    public static TableName Day(TableName table, DateOnly day) =>
        new(table.Schema, Fit(table.Name, day.ToString("_'p'yyyyMMdd", CultureInfo.InvariantCulture)));

    public static TableName Default(TableName table) => new(table.Schema, Fit(table.Name, "_default"));

    /// <summary>The name with the suffix; what is too long is cut and told apart by a hash.</summary>
    public static string Fit(string name, string suffix)
    {
        if (Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(suffix) <= LongestName)
        {
            return name + suffix;
        }

        var hash = "_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name + suffix)).AsSpan(0, 5));
        var end = Encoding.UTF8.GetByteCount(suffix) <= LongestName / 3 ? suffix : "";
        var start = name.AsSpan();
        while (Encoding.UTF8.GetByteCount(start) + hash.Length + Encoding.UTF8.GetByteCount(end) > LongestName)
        {
            start = start[..^(start.Length > 1 && char.IsLowSurrogate(start[^1]) ? 2 : 1)];
        }

        return string.Concat(start, hash, end);
    }
}
