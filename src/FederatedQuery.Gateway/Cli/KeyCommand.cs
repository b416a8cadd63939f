using System.CommandLine;
using System.Globalization;
using FederatedQuery.Gateway.Access;
using FederatedQuery.Gateway.Access.Keys;
using FederatedQuery.Gateway.Settings;
using FederatedQuery.Hot.Control.Keys;
using FederatedQuery.Tiering;

namespace FederatedQuery.Gateway.Cli;

/// <summary><c>key create</c>, <c>key list</c>, <c>key revoke</c>: the keys of AUTH_MODE=apikey. Works beside a gateway that runs, which notices within seconds.</summary>
internal static class KeyCommand
{
    private const int MaximumDays = 36_500;
    private const int MaximumNameLength = 200;

    public static Command Create(Option<string?> tenant, Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var command = new Command("key", "Make, list and revoke the keys that requests come with.");
        command.Subcommands.Add(CreateCreate(tenant, withSettings));
        command.Subcommands.Add(CreateList(withSettings));
        command.Subcommands.Add(CreateRevoke(withSettings));
        return command;
    }

    private static Command CreateCreate(Option<string?> tenant, Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var roles = new Option<string[]>("--role")
        {
            Description = "reader (queries), writer (ships logs, changes rows) or admin (everything); may be given more than once.",
            Required = true,
            Arity = ArgumentArity.OneOrMore,
            HelpName = "reader|writer|admin",
        };
        roles.AcceptOnlyFromAmong([.. RoleNames.All]);
        var name = new Option<string?>("--name") { Description = "What people call it, such as 'shipper of web-1'." };
        var expires = new Option<int?>("--expires") { Description = $"Days after which it counts for nothing, 1 to {MaximumDays} (never).", HelpName = "DAYS" };
        var command = new Command("create", "Make a key and print it; it is not shown again, for only a hash of it is kept.") { roles, name, expires };
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => StandaloneCommand.RunAsync(
            "key create", "no key was made", settings,
            services => CreateAsync(
                services.GetRequiredService<ApiKeyStore>(), parsed.GetRequiredValue(roles), parsed.GetValue(tenant), parsed.GetValue(name), parsed.GetValue(expires), cancellationToken),
            cancellationToken)));
        return command;
    }

    private static Command CreateList(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var command = new Command("list", "List all keys there ever were, newest first, without the keys themselves.");
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => StandaloneCommand.RunAsync(
            "key list", "nothing was changed", settings, services => ListAsync(services.GetRequiredService<ApiKeyStore>(), cancellationToken), cancellationToken)));
        return command;
    }

    private static Command CreateRevoke(Func<ParseResult, Func<GatewaySettings, Task<int>>, Task<int>> withSettings)
    {
        var id = new Argument<string>("id") { Description = "As 'key list' shows it: the 16 digits behind fq_." };
        var command = new Command("revoke", "Revoke a key for good; gateways that run refuse it within seconds and end what it has begun.") { id };
        command.SetAction((parsed, cancellationToken) => withSettings(parsed, settings => StandaloneCommand.RunAsync(
            "key revoke", "it is not known whether the key was revoked; see 'key list'", settings,
            services => RevokeAsync(services.GetRequiredService<ApiKeyStore>(), parsed.GetRequiredValue(id), cancellationToken), cancellationToken)));
        return command;
    }

    private static async Task CreateAsync(ApiKeyStore store, string[] roles, string? tenant, string? name, int? days, CancellationToken cancellationToken)
    {
        if (days is < 1 or > MaximumDays)
        {
            throw Wrong($"--expires is {days}; it must be a number of days from 1 to {MaximumDays}.");
        }

        RequirePlain("--tenant", tenant);
        RequirePlain("--name", name);
        var (id, text) = KeyText.Create();
        var key = new ApiKey
        {
            Id = id,
            Hash = [.. KeyText.HashOf(text)],
            Name = name,
            Roles = [.. RoleNames.All.Intersect(roles)],
            Tenant = tenant,
            ExpiresAt = days is { } count ? TimeProvider.System.GetUtcNow().AddDays(count) : null,
        };
        if (!await store.TryAddAsync(key, cancellationToken))
        {
            throw new TieringException(TieringErrorKind.NotAllowed, $"There are {ApiKeyStore.MaximumKeys} keys already, which is all there may be; revoke some.");
        }

        // On its own line, so that scripts can take it.
        await Console.Error.WriteLineAsync($"Key {id} ({string.Join(", ", key.Roles)}). It is shown this once:");
        await Console.Out.WriteLineAsync(text);
    }

    private static async Task ListAsync(ApiKeyStore store, CancellationToken cancellationToken)
    {
        foreach (var key in await store.ListAsync(cancellationToken))
        {
            var state = key.RevokedAt is { } revoked ? $"revoked {Text(revoked)}"
                : key.ExpiresAt is not { } expires ? "good"
                : expires > TimeProvider.System.GetUtcNow() ? $"good until {Text(expires)}"
                : $"expired {Text(expires)}";
            await Console.Out.WriteLineAsync(
                $"{key.Id}  {string.Join(',', key.Roles)}  {(key.Tenant is { } tenant ? $"tenant {tenant}  " : "")}{state}  made {Text(key.CreatedAt)}  "
                + $"{(key.LastUsedAt is { } used ? $"last used {Text(used)}" : "never used")}{(key.Name is { } name ? $"  {name}" : "")}");
        }
    }

    private static async Task RevokeAsync(ApiKeyStore store, string id, CancellationToken cancellationToken)
    {
        var bare = KeyText.IdOf(id) ?? (KeyText.IsKey(id) ? id[KeyText.Prefix.Length..] : id);
        if (!await store.RevokeAsync(bare, cancellationToken))
        {
            throw new TieringException(TieringErrorKind.NotFound, $"There is no key '{bare}'; 'key list' shows those there are.");
        }

        await Console.Out.WriteLineAsync($"Key {bare} is revoked.");
    }

    private static void RequirePlain(string option, string? value)
    {
        if (value is not null && (value.Length is 0 or > MaximumNameLength || value.Any(char.IsControl) || value.Trim() != value))
        {
            throw Wrong($"{option} must have 1 to {MaximumNameLength} characters, no control characters, and no space at its ends.");
        }
    }

    private static TieringException Wrong(string message) => new(TieringErrorKind.InvalidArgument, message);

    private static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
