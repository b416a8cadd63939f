using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace FederatedQuery.Hot.Embedded;

/// <summary>
/// The account that server programs run under: this process's own, or an unprivileged one when this process is root.
/// </summary>
internal sealed class ServerAccount
{
    private ServerAccount(string? userName) => UserName = userName;

    /// <summary>The other account's name; null when programs run as this process does.</summary>
    public string? UserName { get; }

    public static ServerAccount Choose(string unprivilegedUser) =>
        new(!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess ? unprivilegedUser : null);

    /// <summary>Whether the account can read the file or enter the folder at <paramref name="path"/>.</summary>
    public async Task<bool> CanReadAsync(string path, CancellationToken cancellationToken)
    {
        if (UserName is null)
        {
            return Path.Exists(path);
        }

        var test = Directory.Exists(path) ? "test -r \"$0\" && test -x \"$0\"" : "test -r \"$0\"";
        var result = await RunAsync("/bin/sh", ["-c", test, path], TimeSpan.FromSeconds(10), cancellationToken);
        return result.ExitCode == 0;
    }

    /// <summary>Makes a folder, closed to others, that belongs to the account.</summary>
    public async Task CreateOwnedDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await GiveAsync(path, cancellationToken);
    }

    /// <summary>Makes the folder and all in it the account's.</summary>
    public async Task GiveAsync(string path, CancellationToken cancellationToken)
    {
        if (UserName is null)
        {
            return;
        }

        var chown = await RunProgramAsync("chown", ["-R", UserName, path], null, TimeSpan.FromMinutes(1), cancellationToken);
        if (chown.ExitCode != 0)
        {
            throw new HotException(HotErrorKind.EmbeddedServer, $"'{path}' could not be given to user '{UserName}': {chown.Output}");
        }
    }

    /// <summary>Runs a program to its end as the account, from the root folder, with messages in English.</summary>
    /// <exception cref="HotException">The program cannot be started, or runs longer than <paramref name="timeout"/>.</exception>
    public Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan timeout, CancellationToken cancellationToken) =>
        RunProgramAsync(program, arguments, UserName, timeout, cancellationToken);

    private static async Task<(int ExitCode, string Output)> RunProgramAsync(
        string program, IReadOnlyList<string> arguments, string? userName, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            // The gateway's own folder may be closed to the account.
            WorkingDirectory = Path.GetPathRoot(Environment.CurrentDirectory)!,
        };
        start.Environment["LC_ALL"] = "C";
        if (userName is not null)
        {
            start.UserName = userName;
        }

        using var process = new Process { StartInfo = start };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new HotException(HotErrorKind.EmbeddedServer, $"'{program}' could not be started: {error.Message}", error);
        }

        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new HotException(
                HotErrorKind.EmbeddedServer, $"'{program}' did not end within {timeout.TotalSeconds:0} s. Its output: {Text(output)}");
        }

        return (process.ExitCode, Text(output));
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
        {
            // Enough for any message of these programs; a bound all the same.
            if (line is not null && output.Length < 64 * 1024)
            {
                output.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
        {
            return output.ToString().Trim();
        }
    }
}
