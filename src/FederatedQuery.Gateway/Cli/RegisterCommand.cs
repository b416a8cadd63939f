using System.CommandLine;
using System.Globalization;
using FederatedQuery.Gateway.Hosting;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Tiering.Tables;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>register --table T METADATA.json</c>: lists Iceberg tables that exist elsewhere, beside a running gateway or without one.</summary>
internal static class RegisterCommand
{
    /// <param name="withSettings">Reads the settings and calls back, or reports what is wrong with them.</param>
    public static Command Create(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var table = new Option<string?>("--table") { Description = "The name it gets." };
        var tableNamespace = new Option<string?>("--namespace") { Description = "Its namespace, made when absent (default)." };
        var map = new Option<string[]>("--location-map")
        {
            Description = "FROM=TO, for a table that was copied: locations that begin with FROM begin with TO now. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var list = new Option<string?>("--list")
        {
            Description = """Many tables at once: a file of lines {"namespace": N, "table": T, "metadata": METADATA, "locationMap": {FROM: TO}}.""",
        };
        var metadata = new Argument<string?>("METADATA.json") { Description = "The table's metadata file: a path, or a location such as s3://...", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command(
            "register", "List an existing Iceberg table in the catalog. Its files stay where they are; its folder becomes readable for queries of this table.")
        {
            table, tableNamespace, map, list, metadata,
        };
        command.Validators.Add(result =>
        {
            var single = result.GetValue(table) is not null && result.GetValue(metadata) is not null;
            var any = result.GetValue(table) is not null || result.GetValue(metadata) is not null || result.GetValue(tableNamespace) is not null
                || result.GetValue(map) is { Length: > 0 };
            if (result.GetValue(list) is null ? !single : any)
            {
                result.AddError("Give either --table and METADATA.json, or --list and nothing else.");
            }
        });
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => RunAsync(
            settings,
            () => parsed.GetValue(list) is { } path
                ? TableList.Read(path)
                : [new TableToRegister(parsed.GetValue(tableNamespace), parsed.GetValue(table)!, parsed.GetValue(metadata)!, [.. parsed.GetValue(map)!.Select(LocationMapArgument.Parse)])],
            cancellationToken)));
        return command;
    }

    private static Task<int> RunAsync(GatewaySettings settings, Func<IReadOnlyList<TableToRegister>> read, CancellationToken cancellationToken) =>
        StandaloneCommand.RunAsync("register", "tables after the last one named are not registered", settings, async services =>
        {
            var tables = read();
            var registrar = services.GetRequiredService<TableRegistrar>();
            var failed = 0;
            foreach (var table in tables)
            {
                try
                {
                    await Console.Out.WriteLineAsync(await RegisterAsync(registrar, table, cancellationToken));
                }
                catch (Exception error) when (tables.Count > 1 && error is not OperationCanceledException && Failure.MessageOf(error) is { } message)
                {
                    failed++;
                    await Console.Error.WriteLineAsync($"register: {table.Identifier}: {message}");
                }
            }

            return failed == 0;
        }, cancellationToken);

    private static async Task<string> RegisterAsync(TableRegistrar registrar, TableToRegister table, CancellationToken cancellationToken)
    {
        var registered = await registrar.RegisterAsync(table.Identifier, table.MetadataLocation, table.Map, cancellationToken);
        var metadata = registered.Metadata;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{registered.Identifier}: registered, format version {metadata.FormatVersion}, {metadata.Snapshots.Length} snapshots, at {registered.MetadataLocation}.");
    }
}
