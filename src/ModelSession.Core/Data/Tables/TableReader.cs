namespace ModelSessions.Data;

/// <summary>Reads rows with columns as a dataset: everything is looked at once, so that wrong data are refused before a training begins.</summary>
internal static class TableReader
{
    /// <summary>Reads files.</summary>
    /// <param name="train">What is learnt from, and divided.</param>
    /// <param name="validation">Files for validation; empty if they are a part of the others, or there are none.</param>
    /// <param name="test">Files for tests; likewise.</param>
    /// <param name="formatOf">The format of a file.</param>
    /// <param name="options">How rows become examples.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="ModelFileException">Rows cannot be learnt from.</exception>
    public static ModelDataset Read(
        IReadOnlyList<ByteSource> train, IReadOnlyList<ByteSource> validation, IReadOnlyList<ByteSource> test, Func<ByteSource, RowFormat> formatOf,
        TableOptions options, CancellationToken cancel)
    {
        options.Split.Check();
        RowFormat format = formatOf(train[0]);
        IReadOnlyList<string> labels = TableContract.Labels(format, options), features = TableContract.Features(format, options, labels);
        TableScan scan = Scan(format, train, [.. features, .. labels, .. Weight(options)], options, options.Split, cancel);
        DataContract contract = options.Contract ?? TableContract.Of(scan, options, features, labels);
        _ = new TableEncoder(format, contract, hasLabels: false);
        string name = options.Name ?? (train[0].Path is { } path ? Path.GetFileNameWithoutExtension(path) : "Data");
        Table all = new(scan, contract, labels, options, cancel);
        all.Check();
        return new ModelDataset(
            name,
            all.Part($"{name}, train", 0) ?? throw new ModelFileException(StatusCode.InvalidArgument, train[0].Path, "no rows are left to learn from."),
            validation.Count > 0 ? Other(validation).Part($"{name}, validation", 0) : all.Part($"{name}, validation", 1),
            test.Count > 0 ? Other(test).Part($"{name}, test", 0) : all.Part($"{name}, test", 2));

        Table Other(IReadOnlyList<ByteSource> sources)
        {
            RowFormat other = formatOf(sources[0]);
            IReadOnlyList<string> known = [.. labels.Where(label => other.IndexOf(label) >= 0)];
            string[] columns = [.. contract.Columns.Select(column => column.Name), .. known, .. Weight(options)];
            _ = new TableEncoder(other, contract, known.Count > 0);
            Table table = new(Scan(other, sources, columns, options, new DataSplit(), cancel), contract, known, options with { Split = new DataSplit() }, cancel);
            table.Check();
            return table;
        }
    }

    private static string[] Weight(TableOptions options) => options.WeightColumn is { } name ? [name] : [];

    private static TableScan Scan(
        RowFormat format, IReadOnlyList<ByteSource> sources, string[] columns, TableOptions options, DataSplit split, CancellationToken cancel)
    {
        int[] looksAt = [.. columns.Select(format.IndexOf)];
        if (Array.IndexOf(looksAt, -1) is >= 0 and var lacking)
        {
            throw new ModelFileException(
                StatusCode.InvalidArgument, sources[0].Path,
                $"there is no column '{columns[lacking]}'.{NearestNames.Hint(columns[lacking], format.Columns)} There are {string.Join(", ", format.Columns.Take(20))}.");
        }

        IReadOnlyList<DataColumn> known = options.Contract?.Columns ?? [];
        HashSet<int> names =
        [
            .. format.Columns.Where(name => options.Categories.Contains(name, StringComparer.OrdinalIgnoreCase))
                .Concat(known.Where(column => column.Kind == ColumnKind.Category).Select(column => column.Name)).Select(format.IndexOf),
        ];
        string[] pictures = format.PictureColumn is { } picture && (options.Contract is { } contract ? contract.Image is not null : TableContract.ArePictures(format, options)) ? [picture] : [];
        int[] required = options.Missing != MissingPolicy.DropRow ? [] : [.. columns.Where(name => !known.Any(column => column.Name == name && column.Fill is not null)).Concat(pictures).Select(format.IndexOf)];
        return TableScan.Run(format, sources, looksAt, names, required, split, options.Progress, cancel);
    }

    /// <summary>Rows, how they become examples, and how they are divided.</summary>
    private sealed record Table(TableScan Scan, DataContract Contract, IReadOnlyList<string> Labels, TableOptions Options, CancellationToken Cancel)
    {
        private bool DropsMissing => Options.Missing == MissingPolicy.DropRow;

        /// <summary>Refuses rows that cannot become examples: the first of them is named.</summary>
        public void Check()
        {
            if (!IsSound())
            {
                FindFault();
            }
        }

        /// <summary>A part: in memory, if it is small enough; null if it has no rows.</summary>
        public DatasetPart? Part(string name, int part)
        {
            TableDatasetPart streamed = new(name, Scan, Contract, Labels.Count > 0, DropsMissing, Options.Split, part, Options.WeightColumn);
            long size = streamed.Count * sizeof(double) * (streamed.ExampleShape.ElementCount + 1);
            // Pictures are larger in memory than in their files.
            return streamed.Count == 0 ? null : size <= Options.MemoryLimit && Contract.Image is null ? streamed.ToMemory(Options.Progress, Cancel) : streamed;
        }

        // What the columns hold tells whether any value can be wrong; which one it is, only the rows tell.
        private bool IsSound() => Contract.Columns.All(IsSound) && Labels.All(label => IsSoundLabel(Profile(label))) && (Options.WeightColumn is not { } weight || IsSoundWeight(Profile(weight)));

        private static bool IsSoundWeight(ColumnProfile profile) => profile is { Missing: 0, Texts: 0, NotFinite: 0, Size: 0 or 1 } && !(profile.Min < 0);

        private bool IsSound(DataColumn column)
        {
            ColumnProfile profile = Profile(column.Name);
            return (profile.Missing == 0 || column.Fill is not null || DropsMissing) && column.Kind switch
            {
                ColumnKind.Number => profile.Texts == 0 && profile.NotFinite == 0 && (profile.Size == column.Size || profile.Numbers == 0),
                ColumnKind.Boolean => profile.Numbers == 0 && profile.Booleans == profile.Texts,
                _ => (profile.Numbers == 0 || profile.KeepsNumbers) && profile.Names is { } names && names.All(column.Values.Contains),
            };
        }

        private bool IsSoundLabel(ColumnProfile profile)
        {
            bool areNumbers = profile is { Texts: 0, NotFinite: 0, Size: 0 or 1 };
            bool areSound = Contract.ClassCount is not { } classes ? areNumbers
                : Contract.ClassNames.Count > 0 ? profile.Numbers == 0 && profile.Names is { } names && names.All(Contract.ClassNames.Contains)
                : profile.Numbers == 0 && profile.Booleans == profile.Texts ? classes == 2
                : areNumbers && profile.IsWhole && profile.Min >= 0 && profile.Max < classes;
            return areSound && (profile.Missing == 0 || DropsMissing);
        }

        private ColumnProfile Profile(string column) => Scan.Columns[Scan.Format.IndexOf(column)];

        private void FindFault()
        {
            RowParser parser = Scan.Format.CreateParser();
            TableEncoder encoder = new(Scan.Format, Contract, Labels.Count > 0);
            TableEncoder? weights = Options.WeightColumn is { } name
                ? new(Scan.Format, new DataContract { Columns = [new DataColumn(name, ColumnKind.Number)], Shape = [1] }, hasLabels: false) : null;
            double[] inputs = new double[encoder.InputWidth], labels = new double[Labels.Count], weight = new double[1];
            RowSource rows = Scan.Rows.Share();
            for (int number = 0; number < rows.BlockCount; number++)
            {
                Cancel.ThrowIfCancellationRequested();
                using RowBlock block = rows.Load(number);
                for (int row = 0; row < block.Count; row++)
                {
                    parser.Parse(block, row);
                    if (!DropsMissing || !encoder.LacksValues(parser))
                    {
                        encoder.Encode(parser, block, row, inputs, labels);
                        weights?.Encode(parser, block, row, weight, []);
                        if (weight[0] < 0)
                        {
                            throw block.Fault(row, Options.WeightColumn, $"the weight is {weight[0]}; it must be 0 or more.");
                        }
                    }
                }
            }
        }
    }
}
