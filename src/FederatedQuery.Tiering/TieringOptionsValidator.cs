using Microsoft.Extensions.Options;

namespace FederatedQuery.Tiering;

/// <summary>Reports every wrong option at once.</summary>
internal sealed class TieringOptionsValidator : IValidateOptions<TieringOptions>
{
    public ValidateOptionsResult Validate(string? name, TieringOptions options)
    {
        var faults = new List<string>();
        Check(options.HotDays >= 1, $"HotDays is {options.HotDays}; it must be at least 1.");
        Check(options.ColdDays > options.HotDays, $"ColdDays is {options.ColdDays}; it must be more than HotDays, which is {options.HotDays}.");
        Check(options.MaximumJobs >= 1, $"MaximumJobs is {options.MaximumJobs}; it must be at least 1.");
        Check(options.LockAttempts >= 1, $"LockAttempts is {options.LockAttempts}; it must be at least 1.");
        Check(options.DefaultPartitionCount is >= 1 and <= 10_000, $"DefaultPartitionCount is {options.DefaultPartitionCount}; it must be 1 to 10000.");
        Check(options.ArchiveInterval >= TimeSpan.FromSeconds(1), $"ArchiveInterval is {options.ArchiveInterval}; it must be at least a second.");
        Check(options.JobLease > TimeSpan.Zero, $"JobLease is {options.JobLease}; it must be positive.");
        Check(options.MaximumTakeovers >= 1, $"MaximumTakeovers is {options.MaximumTakeovers}; it must be at least 1.");
        Check(options.JobHistory > TimeSpan.Zero, $"JobHistory is {options.JobHistory}; it must be positive.");
        Check(options.JobPollInterval > TimeSpan.Zero, $"JobPollInterval is {options.JobPollInterval}; it must be positive.");
        Check(options.JobWatchInterval > TimeSpan.Zero, $"JobWatchInterval is {options.JobWatchInterval}; it must be positive.");
        Check(options.LockTimeout > TimeSpan.Zero, $"LockTimeout is {options.LockTimeout}; it must be positive.");
        Check(options.QueryTimeout > TimeSpan.Zero, $"QueryTimeout is {options.QueryTimeout}; it must be positive.");
        Check(options.DroppedFileMargin >= TimeSpan.Zero, $"DroppedFileMargin is {options.DroppedFileMargin}; it must not be negative.");
        Check(options.DroppedFileInterval > TimeSpan.Zero, $"DroppedFileInterval is {options.DroppedFileInterval}; it must be positive.");
        Check(options.SnapshotRetentionDays >= 1, $"SnapshotRetentionDays is {options.SnapshotRetentionDays}; it must be at least 1.");
        Check(options.SupersededSnapshotAge >= TimeSpan.Zero, $"SupersededSnapshotAge is {options.SupersededSnapshotAge}; it must not be negative.");
        Check(options.MaintenanceInterval > TimeSpan.Zero, $"MaintenanceInterval is {options.MaintenanceInterval}; it must be positive.");
        Check(options.TargetFileSizeMb is >= 1 and <= 2_048, $"TargetFileSizeMb is {options.TargetFileSizeMb}; it must be 1 to 2048.");
        Check(options.OrphanAge >= TimeSpan.FromHours(1), $"OrphanAge is {options.OrphanAge}; it must be at least an hour, for files of work under way are spared by it.");
        Check(options.VerificationInterval > TimeSpan.Zero, $"VerificationInterval is {options.VerificationInterval}; it must be positive.");
        Check(options.VerificationMaxBytes >= 1, $"VerificationMaxBytes is {options.VerificationMaxBytes}; it must be at least 1.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }
}
