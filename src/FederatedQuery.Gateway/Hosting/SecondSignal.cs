using System.Runtime.InteropServices;

namespace FederatedQuery.Gateway.Hosting;

/// <summary>The first SIGTERM or SIGINT stops the gateway in good order; a second one, of somebody who does not want to wait, ends the process at once.</summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    public SecondSignal() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Heed), PosixSignalRegistration.Create(PosixSignal.SIGINT, Heed)];

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Heed(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _signals) == 1)
        {
            // The host's own handler stops it.
            return;
        }

        Console.Error.WriteLine("The gateway was told to stop a second time and ends at once; log records that it has acknowledged are on disk.");
        // As shells say that a process ended by a signal.
        Environment.Exit(128 + (context.Signal == PosixSignal.SIGINT ? 2 : 15));
    }
}
