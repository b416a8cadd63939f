using System.Runtime.InteropServices;

namespace FederatedQuery.DuckDb.Vectors;

/// <summary><c>duckdb_list_entry</c>: where a row's elements lie in the child vector of a LIST or MAP.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckDBListEntry(ulong Offset, ulong Length);
