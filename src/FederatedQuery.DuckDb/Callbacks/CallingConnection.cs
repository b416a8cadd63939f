using FederatedQuery.DuckDb.Native;

namespace FederatedQuery.DuckDb.Callbacks;

/// <summary>Which of our connections a function is bound for.</summary>
internal static class CallingConnection
{
    /// <param name="clientContext">The caller's, destroyed here.</param>
    /// <returns>Null when the database was let go of, or the connection is DuckDB's own.</returns>
    public static DuckDBConnection? Find(WeakReference<DuckDBDatabase> database, nint clientContext)
    {
        var id = NativeMethods.OpenConnect.ClientContextGetConnectionId(clientContext);
        NativeMethods.OpenConnect.DestroyClientContext(ref clientContext);
        return database.TryGetTarget(out var target) && target.TryFindConnection(id, out var connection) ? connection : null;
    }
}
