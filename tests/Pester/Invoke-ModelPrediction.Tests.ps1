BeforeAll {
    . $PSScriptRoot/Fixtures/LineModel.ps1
    . $PSScriptRoot/Fixtures/Pictures.ps1
    $data = Import-ModelDataset
    $folder = Join-Path $TestDrive checkpoints
    $session = New-ModelSession ([LineModel]) -Directory $folder
    $null = $session | Invoke-ModelTraining $data -Steps 60 -CheckpointInterval 60

    # Digits of the dataset as files.
    $digits = Join-Path $TestDrive digits
    $null = New-Item $digits -ItemType Directory
    $expected = $session | Invoke-ModelPrediction $data -First 10
    $raw = @(Get-Digit $data 10)
    foreach ($i in 0..9) {
        Save-Png $raw[$i] 28 (Join-Path $digits "$i.png")
    }

    # The class is whether a is above 1, with a category.
    $rows = 0..59 | ForEach-Object { [pscustomobject]@{ a = $_ / 20; colour = 'red', 'green', 'blue' | Select-Object -Index ($_ % 3); big = $_ -gt 20 ? 'yes' : 'no' } }
    $table = $rows | Import-ModelDataset -LabelColumn big
    $rowSession = New-ModelSession SoftmaxRegression -Inputs 4 -Classes 2
    $null = $rowSession | Invoke-ModelTraining $table -Epochs 200 -LearningRate 0.5
}

AfterAll {
    Get-ModelSession | Remove-ModelSession -Force
}

Describe 'Invoke-ModelPrediction' {
    Context 'of a dataset' {
        It 'gives an object for each example: index, class, score, probabilities, label' {
            $all = @($session | Invoke-ModelPrediction $data)
            $all | Should -HaveCount 2000
            $all[0] | Should -BeOfType ModelSessions.ClassPrediction
            $all.Index | Should -Be (0..1999)
            $all[7].Probabilities | Should -HaveCount 10
            [Math]::Abs(($all[7].Probabilities | Measure-Object -Sum).Sum - 1) | Should -BeLessThan 1e-5
            $all[7].Score | Should -Be ($all[7].Probabilities | Measure-Object -Maximum).Maximum
            $right = @($all | Where-Object { $_.Class -eq $_.Label })
            [Math]::Abs($right.Count / 2000 - ($session | Test-Model $data).Accuracy) | Should -BeLessThan 1e-6
        }

        It 'takes a part, and only the first of it' {
            $some = @($session | Invoke-ModelPrediction $data.Validation -First 3)
            $some | Should -HaveCount 3
            @($data.Validation | Invoke-ModelPrediction -Session $session -First 3).Class | Should -Be $some.Class
        }

        It 'gives the same for any size of batches' {
            @($session | Invoke-ModelPrediction $data -First 50 -BatchSize 7).Class | Should -Be @($session | Invoke-ModelPrediction $data -First 50).Class
        }

        It 'is fit for a file and for a table: lists are texts, columns have room for any class' {
            $named = [pscustomobject]@{ a = 0.5; colour = 'red' } | Invoke-ModelPrediction -Session $rowSession -Top 2
            ($named | ConvertTo-Csv | ConvertFrom-Csv).Top | Should -Match '^(yes|no) 0\.\d\d; (yes|no) 0\.\d\d$'
            ($named | ConvertTo-Csv | ConvertFrom-Csv).Probabilities | Should -Match '^[\d.E-]+ [\d.E-]+$'
            [ModelSessions.PowerShell.Readable]::Class($named, 'no') | Should -Be 'no '
        }

        It 'lists the most probable classes' {
            $one = $session | Invoke-ModelPrediction $data -First 1 -Top 3
            $one.Top | Should -HaveCount 3
            $one.Top[0].Class | Should -Be $one.Class
            $one.Top[0].Score | Should -BeGreaterThan $one.Top[1].Score
            ($one | Out-String) | Should -Match 'Top'
        }

        It 'changes no number of a training' {
            $a = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 5
            $b = New-ModelSession Mnist -Layer1 2 -Layer2 2 -Seed 5
            $null = $a | Invoke-ModelPrediction $data -First 10
            $a, $b | ForEach-Object { $null = $_ | Invoke-ModelTraining $data -Steps 2 -BatchSize 20 }
            $b.ReadVariable('model/fc2/bias').ToArray() | Should -Be $a.ReadVariable('model/fc2/bias').ToArray()
        }
    }

    Context 'of pictures' {
        It 'takes files by wildcards, by their objects, by name' {
            $found = @($session | Invoke-ModelPrediction -Path (Join-Path $digits *.png))
            $found.Class | Should -Be $expected.Class
            $found[3].Score | Should -Be $expected[3].Score
            $found[3].Path | Should -Be (Join-Path $digits 3.png)
            $found[3].Source | Should -Be $found[3].Path
            (Get-ChildItem $digits | Invoke-ModelPrediction -Session $session).Class | Should -Be $expected.Class
            ($session | Invoke-ModelPrediction (Get-ChildItem $digits)).Class | Should -Be $expected.Class
            (Invoke-ModelPrediction -LiteralPath (Join-Path $digits 4.png) -Session $session).Class | Should -Be $expected[4].Class
            ((Join-Path $digits 4.png), (Join-Path $digits 5.png) | Invoke-ModelPrediction -Session $session).Class | Should -Be $expected[4, 5].Class
        }

        It 'goes on where one of ten cannot be read' {
            $copy = Join-Path $TestDrive some
            Copy-Item $digits $copy -Recurse
            $bad = Join-Path $copy 4.png
            [IO.File]::WriteAllBytes($bad, [byte[]](1, 2, 3))
            $found = @(Get-ChildItem $copy | Invoke-ModelPrediction -Session $session -ErrorAction SilentlyContinue -ErrorVariable failures)
            $found.Index | Should -Be 0, 1, 2, 3, 5, 6, 7, 8, 9
            $failures | Should -HaveCount 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'PictureInvalid,*'
            $failures[0].TargetObject | Should -Be $bad
        }

        It 'tells of a file that is not there' {
            { $session | Invoke-ModelPrediction -LiteralPath (Join-Path $digits nope.png) -ErrorAction Stop } | Should -Throw -ErrorId 'PictureNotFound,*'
        }

        It 'knows folders of pictures: names of classes, sizes' {
            $root = New-PictureFolder (Join-Path $TestDrive shapes)
            $pictures = Import-ModelDataset -Path $root
            $net = New-ModelSession SoftmaxRegression -Inputs $pictures.Contract.Shape.ElementCount -Classes 2
            $null = $net | Invoke-ModelTraining $pictures -Epochs 20
            $found = @($net | Invoke-ModelPrediction -Path (Join-Path $root dark *.png), (Join-Path $root light *.png))
            $found.Class | Should -Be (@('dark') * 4 + @('light') * 4)
            @($net | Invoke-ModelPrediction $pictures.Train)[0].Path | Should -BeLike '*.png'
        }

        It 'says what an untold model takes' {
            $small = New-ModelSession SoftmaxRegression -Inputs 16 -Classes 2
            $failure = { $small | Invoke-ModelPrediction -Path (Join-Path $digits 1.png) -ErrorAction Stop } | Should -Throw -PassThru
            $failure | Should -BeLike '*28 × 28*4 × 4 in grey*'
            $odd = New-ModelSession SoftmaxRegression -Inputs 17 -Classes 2
            { $odd | Invoke-ModelPrediction -Path (Join-Path $digits 1.png) -ErrorAction Stop } | Should -Throw -ErrorId 'GraphInvalid,*'
        }
    }

    Context 'of rows' {
        It 'takes objects, tables and rows of a CSV file, without the label' {
            ($rows[5], $rows[50] | Invoke-ModelPrediction -Session $rowSession).Class | Should -Be 'no', 'yes'
            (@{ a = 0; colour = 'red' }, @{ colour = 'blue'; A = 2.9 } | Invoke-ModelPrediction -Session $rowSession).Class | Should -Be 'no', 'yes'
            ($rowSession | Invoke-ModelPrediction @{ a = 2.9; colour = 'red' }).Class | Should -Be 'yes'
            $csv = Join-Path $TestDrive rows.csv
            $rows[1], $rows[59] | Select-Object a, colour | Export-Csv $csv
            $found = @(Import-Csv $csv | Invoke-ModelPrediction -Session $rowSession)
            $found.Class | Should -Be 'no', 'yes'
            $found[1].Source.colour | Should -Be 'blue'
        }

        It 'goes on where one row is wrong' {
            $found = @(@{ a = 0; colour = 'red' }, @{ a = 0 }, @{ a = 1; colour = 'pink' }, @{ a = ''; colour = 'red' }, @{ a = 2.9; colour = 'red' } |
                    Invoke-ModelPrediction -Session $rowSession -ErrorAction SilentlyContinue -ErrorVariable failures)
            $found.Index | Should -Be 0, 4
            $failures | Should -HaveCount 3
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'RowInvalid,*'
            "$($failures[0])" | Should -BeLike "row 2, column 'colour'*"
            "$($failures | Out-String)" | Should -BeLike "*row 3*'pink'*"
        }
    }

    Context 'of arrays' {
        It 'takes raw numbers, which it scales as those of the data' {
            ($session | Invoke-ModelPrediction $raw[3]).Score | Should -Be $expected[3].Score
            ($session | Invoke-ModelPrediction $raw[3, 4]).Class | Should -Be $expected[3, 4].Class
            ($raw | Invoke-ModelPrediction -Session $session).Class | Should -Be $expected.Class
        }

        It 'leaves them as they are with -Encoded' {
            $encoded = $raw[3] | ForEach-Object { $_ / 255 }
            ($session | Invoke-ModelPrediction $encoded -Encoded).Class | Should -Be $expected[3].Class
        }

        It 'gives values of a regression' {
            $line = New-ModelSession {
                param($g)
                $x = $g.Placeholder('float32', @(-1, 2), 'x')
                @{ inputs = $x; predictions = $g.ReduceSum($x * 2.0, [long[]]@(1), $false, 'sum') }
            }
            $found = @($line | Invoke-ModelPrediction @(@(1, 1), @(10, 0)))
            $found[0] | Should -BeOfType ModelSessions.ValuePrediction
            $found.Value | Should -Be 4, 20
            (@{ inputs = 1, 1 } | Invoke-ModelPrediction -Session $line).Value | Should -Be 4
            { $line | Invoke-ModelPrediction @(1, 2, 3) -ErrorAction Stop } | Should -Throw -ErrorId 'GraphInvalid,*'
        }
    }

    Context 'of a model in files' {
        It 'opens checkpoints and other files, and closes them' {
            $live = [ModelSessions.ModelSession]::Live.Count
            (Get-ModelCheckpoint $folder | Invoke-ModelPrediction $data -First 10).Class | Should -Be $expected.Class
            (Get-ChildItem $digits | Invoke-ModelPrediction -Model $folder).Class | Should -Be $expected.Class
            $session | Export-ModelGraph (Join-Path $TestDrive line.pb) -Frozen -Output predictions -WarningAction Ignore
            $frozen = @(Get-ChildItem $digits | Invoke-ModelPrediction -Model (Join-Path $TestDrive line.pb) -WarningAction Ignore)
            $frozen.Class | Should -Be $expected.Class
            [ModelSessions.ModelSession]::Live.Count | Should -BeLessOrEqual $live
        }

        It 'tells once of a model that is not there' {
            $null = Get-ChildItem $digits | Invoke-ModelPrediction -Model (Join-Path $TestDrive nowhere) -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures | Should -HaveCount 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'CheckpointNotFound,*'
        }
    }

    It 'runs a signature' {
        $saved = Join-Path $TestDrive saved
        $session | Export-ModelGraph $saved -WarningAction Ignore
        $model = Restore-ModelSession $saved -WarningAction Ignore
        ($model | Invoke-ModelPrediction $data -First 10 -Signature serving_default).Class | Should -Be $expected.Class
        { $model | Invoke-ModelPrediction $data -Signature nope -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNameNotFound,*'
    }

    It 'refuses a session that was closed' {
        $closed = New-ModelSession ([LineModel])
        $closed.Dispose()
        { $closed | Invoke-ModelPrediction $data -ErrorAction Stop } | Should -Throw -ErrorId 'SessionClosed,*'
    }

    It 'shows a prediction on one line' {
        $lines = ($session | Invoke-ModelPrediction -Path (Join-Path $digits 3.png) | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2].Trim() | Should -Match '^0 \d +0\.\d{4} +3\.png$'
    }

    It 'becomes JSON' {
        ($session | Invoke-ModelPrediction $data -First 1 | ConvertTo-Json -Depth 3 | ConvertFrom-Json).Class | Should -Be $expected[0].Class
    }
}
