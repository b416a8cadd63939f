namespace FederatedQuery.Gateway.Settings.Secrets;

/// <summary>The secret could not be had; the message says why, and nothing of what it holds.</summary>
/// <param name="message">For whoever runs the gateway.</param>
/// <param name="mayPass">Whether the same may succeed later: the service is away, or asks for patience.</param>
/// <param name="inner">What it came from.</param>
internal sealed class SecretException(string message, bool mayPass, Exception? inner = null) : Exception(message, inner)
{
    public bool MayPass => mayPass;
}
