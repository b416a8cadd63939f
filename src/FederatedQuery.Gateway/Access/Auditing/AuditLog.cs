using System.Globalization;
using FederatedQuery.Hot.Control.Keys;

namespace FederatedQuery.Gateway.Access.Auditing;

/// <summary>
/// Says what admins do, and what came of it, in the log of the process: one line for each action, also for those that were refused. Arguments are not in it, for they may hold rows. What the
/// command line does with keys is said by the gateways that run, each for itself.
/// </summary>
internal sealed partial class AuditLog(ILogger<AuditLog> logger)
{
    /// <param name="action">Such as <c>mutation eraseRows</c> or <c>catalog dropTable /iceberg/v1/...</c>.</param>
    /// <param name="result">Such as <c>done</c>, an error's code, or a status.</param>
    public void Write(HttpContext context, string action, string result)
    {
        var caller = context.Caller();
        Log.Done(logger, caller.Id, caller.Tenant ?? "", context.Connection.RemoteIpAddress?.ToString() ?? "", action, result, context.TraceIdentifier);
    }

    public void WriteMade(ApiKey key) => Log.Made(logger, key.Id, key.Name ?? "", string.Join(",", key.Roles), key.Tenant ?? "", key.ExpiresAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) ?? "never");

    public void WriteRevoked(string key) => Log.Revoked(logger, key);

    private static partial class Log
    {
        [LoggerMessage(6231, LogLevel.Information, "Audit: the key '{Key}' (named '{Name}', roles {Roles}, tenant '{Tenant}', expires {Expires}) was made")]
        public static partial void Made(ILogger logger, string key, string name, string roles, string tenant, string expires);

        [LoggerMessage(6232, LogLevel.Information, "Audit: the key '{Key}' was revoked")]
        public static partial void Revoked(ILogger logger, string key);

        [LoggerMessage(6230, LogLevel.Information, "Audit: '{Caller}' (tenant '{Tenant}', from {Address}) asked for {Action}: {Result} (request {RequestId})")]
        public static partial void Done(ILogger logger, string caller, string tenant, string address, string action, string result, string requestId);
    }
}
