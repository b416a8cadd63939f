using Microsoft.Extensions.Options;

namespace FederatedQuery.GraphQL.Transports.WebSockets;

/// <summary>Names every setting that is out of its range, with its value.</summary>
internal sealed class GraphQLWebSocketOptionsValidator : IValidateOptions<GraphQLWebSocketOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, GraphQLWebSocketOptions options)
    {
        var problems = new List<string>();
        Positive(nameof(options.ConnectionInitTimeout), options.ConnectionInitTimeout);
        Positive(nameof(options.WriteTimeout), options.WriteTimeout);
        Positive(nameof(options.CloseTimeout), options.CloseTimeout);
        Positive(nameof(options.DrainTimeout), options.DrainTimeout);
        AtLeast(nameof(options.MaxMessageBytes), options.MaxMessageBytes, 1024);
        AtLeast(nameof(options.MaxBufferedBytes), options.MaxBufferedBytes, 1024);
        AtLeast(nameof(options.MaxOperationsPerConnection), options.MaxOperationsPerConnection, 1);
        AtLeast(nameof(options.MaxConnections), options.MaxConnections, 1);
        if (options.KeepAliveInterval != TimeSpan.Zero)
        {
            Positive(nameof(options.KeepAliveInterval), options.KeepAliveInterval);
            Positive(nameof(options.KeepAliveTimeout), options.KeepAliveTimeout);
            if (options.KeepAliveTimeout > options.KeepAliveInterval)
            {
                problems.Add($"KeepAliveTimeout is {options.KeepAliveTimeout}; it must not be longer than KeepAliveInterval, {options.KeepAliveInterval}.");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

        void Positive(string setting, TimeSpan value)
        {
            if (value <= TimeSpan.Zero || value > Longest)
            {
                problems.Add($"{setting} is {value}; it must be longer than zero and at most {Longest}.");
            }
        }

        void AtLeast(string setting, int value, int least)
        {
            if (value < least)
            {
                problems.Add($"{setting} is {value}; it must be {least} or more.");
            }
        }
    }
}
