using FederatedQuery.DuckDb;
using FederatedQuery.Gateway.Cli;

// Before there are threads: the C library makes up to eight arenas for each processor, and each keeps what is free in it.
DuckDBMemory.LimitArenas(Math.Max(2, Environment.ProcessorCount));

return await GatewayCommand.RunAsync(args);
