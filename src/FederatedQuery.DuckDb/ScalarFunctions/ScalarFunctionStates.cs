namespace FederatedQuery.DuckDb.ScalarFunctions;

/// <summary>Held by DuckDB's catalog; the database only weakly, else one that nobody disposes of could never be collected.</summary>
internal sealed record RegisteredScalarFunction(ScalarFunction Function, WeakReference<DuckDBDatabase> Database);

/// <summary>Held by a bound statement, and by each copy DuckDB makes of its expressions.</summary>
internal sealed record BoundScalarFunction(ScalarFunction Function, DuckDBConnection? Connection);
