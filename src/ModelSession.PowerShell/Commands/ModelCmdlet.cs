using System.Management.Automation;
using System.Reflection;

namespace ModelSessions.PowerShell;

/// <summary>The base of all cmdlets: cancels, turns exceptions into error records, resolves paths.</summary>
public abstract class ModelCmdlet : PSCmdlet, IDisposable
{
    private const string NonInteractive = "-NonInteractive";

    /// <summary>Whether somebody may be looking on: the switch is not given, however short it may be written.</summary>
    private protected static bool IsInteractive { get; } = !Array.Exists(
        Environment.GetCommandLineArgs(), argument => argument.Length >= "-noni".Length && NonInteractive.StartsWith(argument, StringComparison.OrdinalIgnoreCase));

    private readonly CancellationTokenSource _stop = new();
    private readonly Stack<WorkBar> _bars = [];

    /// <summary>Signalled when the pipeline is stopped.</summary>
    private protected CancellationToken CancelToken => _stop.Token;

    /// <summary>What the files that this cmdlet touches are; error ids begin with it.</summary>
    private protected virtual string Subject => "Checkpoint";

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <summary>Does the work for what was bound from the parameters and one object of the pipeline.</summary>
    private protected abstract void Process();

    /// <summary>Does what is left when all objects of the pipeline have come.</summary>
    private protected virtual void Finish()
    {
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        try
        {
            Guard(null, Process);
        }
        catch
        {
            // Nobody comes back to end them.
            CloseBars();
            throw;
        }
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        try
        {
            Finish();
        }
        finally
        {
            CloseBars();
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Does work whose failure is an error record; the cmdlet goes on with the next object. What stops the pipeline passes.</summary>
    private protected void Guard(object? target, Action work)
    {
        try
        {
            ModelSession? session = Tables.Plain(target) as ModelSession;
            session?.ThrowIfDisposed();
            PlanMessages? plans = PlanMessages.Watch(this, session);
            work();
            plans?.Tell(this);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception error) when (error is not (PipelineStoppedException or ActionPreferenceStopException or FlowControlException))
        {
            if (!Answers(error))
            {
                WriteError(ErrorMap.Record(error, Subject, target ?? Given()));
            }
        }
    }

    // Before there is one object in hand, the error is about the first thing that the caller gave.
    private object? Given() => MyInvocation.BoundParameters.Where(given => given.Value is not (null or SwitchParameter) && !CommonParameters.Contains(given.Key))
        .OrderBy(given => GetType().GetProperty(given.Key)?.GetCustomAttributes<ParameterAttribute>().Min(parameter => (uint)parameter.Position) ?? uint.MaxValue)
        .Select(given => given.Value).FirstOrDefault();

    /// <summary>A bar that goes away with the cmdlet, if not before.</summary>
    private protected WorkBar Bar(string activity, WorkBar? above = null)
    {
        WorkBar bar = new(this, activity, above);
        _bars.Push(bar);
        return bar;
    }

    private void CloseBars()
    {
        while (_bars.TryPop(out WorkBar? bar))
        {
            bar.Dispose();
        }
    }

    /// <summary>Shows progress, where somebody looks on.</summary>
    internal void Show(ProgressRecord progress)
    {
        if (IsInteractive)
        {
            WriteProgress(progress);
        }
    }

    /// <summary>Takes a failure as an answer, where the question was whether something is there and sound.</summary>
    private protected virtual bool Answers(Exception error) => false;

    /// <summary>A path of PowerShell (relative to its location, <c>~</c>, a drive of its own) as the file system's, whether anything is
    /// there or not; wildcards are letters.</summary>
    private protected string ResolvePath(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{path.Replace("\0", "`0", StringComparison.Ordinal)}' is no path: it has a character of number 0 in it.");
        }

        string resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out ProviderInfo provider, out _);
        return InFileSystem(provider) ? resolved : throw NotInFileSystem(path, provider);
    }

    /// <summary>All paths of the file system that a path with wildcards means; one without is taken as it is.</summary>
    private protected IEnumerable<string> ResolveWildcards(string path)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(path))
        {
            // Letters such as '[' may be escaped, so that they are none.
            return [ResolvePath(WildcardPattern.Unescape(path))];
        }

        System.Collections.ObjectModel.Collection<string> resolved = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out ProviderInfo provider);
        return !InFileSystem(provider) ? throw NotInFileSystem(path, provider)
            : resolved.Count > 0 ? resolved
            : throw new ModelFileException(
                StatusCode.NotFound, path, $"nothing matches this pattern.{(System.IO.Path.Exists(ResolvePath(path)) ? " Something has this very name: give it by -LiteralPath, or with ` before the brackets." : "")}");
    }

    /// <summary>Works on each path of the file system that the parameters -Path and -LiteralPath mean, of which one is given; the failure of
    /// one is an error record about what the caller gave.</summary>
    private protected void ForEachPath(IEnumerable<string> paths, IEnumerable<string> literalPaths, Action<string> work)
    {
        foreach (string path in paths)
        {
            Guard(path, () =>
            {
                if (WildcardPattern.ContainsWildcardCharacters(path))
                {
                    ForEachMatch(path, work);
                }
                else
                {
                    string single = ResolveWildcards(path).Single();
                    Guard(path, () => work(single));
                }
            });
        }

        foreach (string path in literalPaths)
        {
            Guard(path, () => work(ResolvePath(path)));
        }
    }

    // What a pattern matches beside what is meant is passed over: notes and event files lie among checkpoints. If it matches nothing
    // else, each of these is an error.
    private void ForEachMatch(string pattern, Action<string> work)
    {
        List<(string Match, ModelFileException Error)> others = [];
        int fitting = 0;
        foreach (string match in ResolveWildcards(pattern))
        {
            Guard(match, () =>
            {
                fitting++;
                try
                {
                    work(match);
                }
                catch (ModelFileException error) when (error.IsOfOtherKind)
                {
                    fitting--;
                    others.Add((match, error));
                }
            });
        }

        foreach ((string match, ModelFileException error) in others)
        {
            Guard(match, () =>
            {
                if (fitting == 0)
                {
                    throw error;
                }

                WriteVerbose($"Passed over, since it is nothing of the kind: '{match}'.");
            });
        }
    }

    private static bool InFileSystem(ProviderInfo provider) => provider.Name == "FileSystem";

    private static ArgumentException NotInFileSystem(string path, ProviderInfo provider) =>
        new($"'{path}' is a path of the provider {provider.Name}; give one of the file system.");
}
