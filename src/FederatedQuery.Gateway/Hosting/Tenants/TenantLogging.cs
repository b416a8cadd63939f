using Microsoft.Extensions.Logging.Console;

namespace FederatedQuery.Gateway.Hosting.Tenants;

/// <summary>Has every line that a tenant's host writes name the tenant, as the first of its scopes.</summary>
[ProviderAlias("Console")]
internal sealed class TenantLogging(ConsoleLoggerProvider console, string tenant) : ILoggerProvider, ISupportExternalScope
{
    /// <summary>After the console was added.</summary>
    public static void AddTo(ILoggingBuilder logging, string tenant)
    {
        var console = logging.Services.Single(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        logging.Services.Remove(console);
        logging.Services.AddSingleton<ILoggerProvider>(provider => new TenantLogging(ActivatorUtilities.CreateInstance<ConsoleLoggerProvider>(provider), tenant));
    }

    public ILogger CreateLogger(string categoryName) => console.CreateLogger(categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => console.SetScopeProvider(new Scopes(scopeProvider, new TenantScope(tenant)));

    public void Dispose() => console.Dispose();

    private sealed class Scopes(IExternalScopeProvider others, TenantScope own) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
        {
            callback(own, state);
            others.ForEachScope(callback, state);
        }

        public IDisposable Push(object? state) => others.Push(state);
    }

    /// <summary>Written as <c>{"Message": "tenant acme", "Tenant": "acme"}</c>.</summary>
    private sealed class TenantScope(string tenant) : List<KeyValuePair<string, object?>>([new("Tenant", tenant)])
    {
        private readonly string _text = "tenant " + tenant;

        public override string ToString() => _text;
    }
}
