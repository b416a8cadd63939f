using System.Globalization;
using FederatedQuery.Hot.Control.Maintenance;
using FederatedQuery.Iceberg.Catalogs;
using FederatedQuery.Iceberg.Spec;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering.Maintenance.Settings;

/// <summary>The settings of each table's maintenance.</summary>
public sealed partial class MaintenanceConfigurator(TableMaintenanceStore store, IOptions<TieringOptions> options, ILogger<MaintenanceConfigurator> logger)
{
    private const int MostRetentionDays = 36_500;
    private const int MostFileSizeMb = 2_048;
    private const long BytesOfMb = 1L << 20;

    private readonly TieringOptions _options = options.Value;

    /// <summary>Changes a table's settings.</summary>
    /// <param name="table">As its catalog has it.</param>
    /// <param name="input">What to change.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What holds for the table now.</returns>
    /// <exception cref="TieringException">InvalidArgument; NotAllowed: the table is only read.</exception>
    public async Task<MaintenanceSettings> ConfigureAsync(CatalogTable table, ConfigureMaintenance input, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(input);
        RequireRange("snapshotRetentionDays", input.SnapshotRetentionDays, MostRetentionDays);
        RequireRange("targetFileSizeMb", input.TargetFileSizeMb, MostFileSizeMb);
        if (table.IsReadOnly)
        {
            throw ReadOnly(table);
        }

        var saved = await store.SaveAsync(
            new TableMaintenance
            {
                Table = table.Identifier,
                Enabled = input.Enabled,
                Compaction = input.Compaction,
                SnapshotRetentionDays = input.SnapshotRetentionDays,
                TargetFileSizeMb = input.TargetFileSizeMb,
            },
            cancellationToken);
        var settings = SettingsOf(table.Metadata, saved);
        Log.Configured(logger, table.Identifier.ToString(), settings.IsEnabled, settings.IsCompacted, settings.SnapshotRetentionDays, settings.TargetFileBytes);
        return settings;
    }

    /// <summary>What holds for a table.</summary>
    public async Task<MaintenanceSettings> FindAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        return SettingsOf(table.Metadata, await store.FindAsync(table.Identifier, cancellationToken));
    }

    /// <summary>How large files of a table are to be, in bytes, where that was set for it; null: it was not.</summary>
    public async Task<long?> FindTargetAsync(CatalogTable table, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(table);
        return (await store.FindAsync(table.Identifier, cancellationToken)).TargetFileSizeMb * BytesOfMb;
    }

    /// <summary>The settings as a sentence.</summary>
    public string Describe(CatalogTable table, MaintenanceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(settings);
        var byItself = settings.IsEnabled && _options.MaintenanceEnabled ? "is maintained once a day"
            : settings.IsEnabled ? "is maintained by request only, since MAINTENANCE_ENABLED is false"
            : "is maintained by request only";
        var files = settings.IsCompacted
            ? string.Create(CultureInfo.InvariantCulture, $"files are compacted to about {settings.TargetFileBytes / BytesOfMb} MB")
            : "files are not compacted";
        var snapshots = (settings.SnapshotRetentionDays, table.Metadata.Properties.GetValueOrDefault(TableProperties.MaxSnapshotAgeMs)) switch
        {
            ({ } days, _) => string.Create(CultureInfo.InvariantCulture, $"snapshots expire after {days} days"),
            (null, { } property) => $"snapshots expire after {property} ms, as the table's property says",
            _ => string.Create(CultureInfo.InvariantCulture, $"snapshots expire after {_options.SnapshotRetentionDays} days"),
        };
        return $"Table '{table.Identifier}' {byItself}; {files}; {snapshots}.";
    }

    internal static TieringException ReadOnly(CatalogTable table) => new(
        TieringErrorKind.NotAllowed, $"Table '{table.Identifier}' was registered from elsewhere with a location map, so it is only read: it is maintained where it comes from.");

    private MaintenanceSettings SettingsOf(TableMetadata table, TableMaintenance own) => new(
        own.Enabled ?? true,
        own.Compaction ?? _options.CompactionEnabled,
        own.SnapshotRetentionDays,
        own.TargetFileSizeMb is { } megabytes ? megabytes * BytesOfMb : TargetOf(table) ?? _options.TargetFileSizeMb * BytesOfMb);

    /// <returns>Null where the property is not there, or is no number of bytes that files can have.</returns>
    private static long? TargetOf(TableMetadata table) =>
        table.Properties.TryGetValue(TableProperties.TargetFileSizeBytes, out var text)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes is >= BytesOfMb and <= MostFileSizeMb * BytesOfMb
            ? bytes
            : null;

    private static void RequireRange(string name, int? value, int most)
    {
        if (value is { } given && (given < 1 || given > most))
        {
            throw new TieringException(TieringErrorKind.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"{name} is {given}; it must be 1 to {most}."));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(TieringEventId.MaintenanceConfigured, LogLevel.Information, "Maintenance of '{Table}': enabled {IsEnabled}, compaction {IsCompacted}, snapshots {SnapshotRetentionDays} days, files of {TargetFileBytes} bytes")]
        public static partial void Configured(ILogger logger, string table, bool isEnabled, bool isCompacted, int? snapshotRetentionDays, long targetFileBytes);
    }
}
