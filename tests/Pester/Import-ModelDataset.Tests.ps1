Describe 'Import-ModelDataset' {
    BeforeAll {
        # An idx file: magic number (type 8 = bytes, number of dimensions), big-endian sizes, bytes.
        function Set-IdxFile([string] $Path, [int[]] $Sizes, [byte[]] $Bytes) {
            $header = [byte[]](0, 0, 8, $Sizes.Count) + [byte[]]$Sizes.ForEach{ $size = [BitConverter]::GetBytes($_); [array]::Reverse($size); $size }
            [IO.File]::WriteAllBytes($Path, $header + $Bytes)
        }

        function Set-Mnist([string] $Folder, [int] $TrainLabels = 20, [byte] $Label = 3) {
            $null = New-Item -ItemType Directory $Folder -Force
            Set-IdxFile $Folder/train-images-idx3-ubyte 20, 28, 28 ([byte[]]::new(20 * 784))
            Set-IdxFile $Folder/train-labels-idx1-ubyte $TrainLabels ([byte[]](, $Label * $TrainLabels))
            Set-IdxFile $Folder/t10k-images-idx3-ubyte 4, 28, 28 ([byte[]]::new(4 * 784))
            Set-IdxFile $Folder/t10k-labels-idx1-ubyte 4 ([byte[]](1, 2, 3, 4))
        }
    }

    It 'gives the sample that comes with the module' {
        $data = Import-ModelDataset
        $data | Should -BeOfType ModelSessions.Data.ModelDataset
        $data.Train.Count, $data.Validation.Count, $data.Test.Count | Should -Be 9000, 1000, 2000
        $data.Train.ClassCount | Should -Be 10
    }

    It 'passes a dataset through the pipeline whole' {
        @(Import-ModelDataset Mnist).Count | Should -Be 1
        @((Import-ModelDataset Mnist).Test | ForEach-Object { $_ }).Count | Should -Be 1
    }

    It 'reads a folder of idx files, by a path relative to the location' {
        Set-Mnist (Join-Path $TestDrive full)
        Push-Location $TestDrive
        try {
            $data = Import-ModelDataset Mnist -Path ./full
        }
        finally {
            Pop-Location
        }

        $data.Train.Count + $data.Validation.Count | Should -Be 20
        $data.Test.Count | Should -Be 4
    }

    It 'reads a folder on a drive of PowerShell''s own' {
        Set-Mnist (Join-Path $TestDrive driven)
        (Import-ModelDataset Mnist -Path TestDrive:/driven).Test.Count | Should -Be 4
    }

    It 'fails where there is no folder' {
        $failure = { Import-ModelDataset Mnist -Path ./nowhere -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.CategoryInfo.TargetName | Should -Be './nowhere'
    }

    It 'lists the files that a folder lacks' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive empty)
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/empty -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetNotFound,*'
        $failure.Exception.Message | Should -BeLike '*train-images-idx3-ubyte*t10k-labels-idx1-ubyte*'
    }

    It 'refuses a file that was cut' {
        Set-Mnist (Join-Path $TestDrive cut)
        $path = Join-Path $TestDrive cut train-images-idx3-ubyte
        [IO.File]::WriteAllBytes($path, [IO.File]::ReadAllBytes($path)[0..999])
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/cut -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetDamaged,*'
    }

    It 'refuses labels that are not as many as the images' {
        Set-Mnist (Join-Path $TestDrive fewer) -TrainLabels 19
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/fewer -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
        $failure.Exception.Message | Should -BeLike '*19*20*'
    }

    It 'refuses a label above 9' {
        Set-Mnist (Join-Path $TestDrive label) -Label 10
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/label -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
    }

    It 'takes a file in place of a name, as other cmdlets do, and files of the pipeline for no rows' {
        "a,y`n1,yes`n2,no" > $TestDrive/small.csv
        (Import-ModelDataset $TestDrive/small.csv -LabelColumn y).Train.Count | Should -Be 2
        (Import-ModelDataset $TestDrive/s*.csv -LabelColumn y).Name | Should -Be small
        { Get-Item $TestDrive/small.csv | Import-ModelDataset -LabelColumn y -ErrorAction Stop } | Should -Throw '*-Path*'
    }

    It 'refuses a name that it does not know' {
        $failure = { Import-ModelDataset Cifar -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetNotFound,*'
        $failure.Exception.Message | Should -BeLike '*Cifar*Mnist*-Path*'
    }

    It 'shows a dataset on one line' {
        $lines = (Import-ModelDataset Mnist | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match 'Mnist sample +9,000 +1,000 +2,000 \[28, 28\] +10'
    }

    It 'says what each mirror answered, where none can be reached' {
        $previous = $env:XDG_CACHE_HOME
        $env:XDG_CACHE_HOME = (Get-Item $TestDrive).FullName
        try {
            # The discard port of this machine: nobody listens.
            $failure = { Import-ModelDataset Mnist -Download -Mirror http://127.0.0.1:9/mnist -ErrorAction Stop } | Should -Throw -PassThru
        }
        finally {
            $env:XDG_CACHE_HOME = $previous
        }

        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetUnavailable,*'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Exception.Message | Should -BeLike '*http://127.0.0.1:9/mnist/train-images-idx3-ubyte.gz*-Path*'
    }

    It 'refuses a sum of a file that is none of the set''s' {
        $failure = { Import-ModelDataset Mnist -Download -Checksum @{ 'train-images' = 'f68b3c2dcbeaaa9fbdd348bbdeb94873' } -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.Exception.Message | Should -BeLike '*train-images-idx3-ubyte.gz*'
    }

    Context 'Files of the user''s own' {
        BeforeAll {
            Set-Content TestDrive:/people.csv "age,sex,income`n20,m,low`n30,f,high`n40,f,high`n50,m,high"
        }

        It 'reads CSV text, and shows its columns, classes and source' {
            $data = Import-ModelDataset People -Path TestDrive:/people.csv -LabelColumn income -Normalize
            $data.Train.Count, $data.Train.ClassCount | Should -Be 4, 2
            $data.Train.ClassNames | Should -Be high, low
            $data.Contract.Columns.Name | Should -Be age, sex
            $data.Contract.Columns[0].Mean | Should -Be 35
            ($data | Out-String -Width 120) | Should -Match 'People +4 +\[3\] +2 people\.csv'
            ($data.Contract.Columns | Out-String -Width 120) | Should -Match 'sex +Category +2 .*f, m'
        }

        It 'takes objects from the pipeline: their properties are the columns' {
            $rows = Import-Csv TestDrive:/people.csv
            $data = $rows | Import-ModelDataset -LabelColumn income
            $data.Train.ToString() | Should -Be ($rows.ForEach{ @{ age = [int]$_.age; sex = $_.sex; income = $_.income } } |
                    Import-ModelDataset Data -LabelColumn income -Feature age, sex).Train.ToString()
        }

        It 'takes what a block gives that gives nothing for a missing value' {
            $data = '1.5', '', '2.5' | Select-Object @{ Name = 'a'; Expression = { if ($_) { [double] $_ } } }, @{ Name = 'y'; Expression = { 1 } } |
                Import-ModelDataset -MissingValue Mean
            $data.Contract.Columns[0].Fill | Should -Be 2
        }

        It 'takes lists of numbers as columns, and no objects within objects unless they are left out' {
            $rows = @{ v = 1, 2.5, (3 | Write-Output) }, @{ v = [float[]](4, 5, 6) }
            ($rows | Import-ModelDataset).Train.ExampleShape.ToString() | Should -Be '[3]'
            $rows = 1..3 | ForEach-Object { [pscustomobject]@{ n = $_; place = [pscustomobject]@{ city = 'Bern' } } }
            $failure = { $rows | Import-ModelDataset -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Message | Should -BeLike 'row 1, column ''place'': it is an object*$_.place.part*-Exclude ''place''*'
            ($rows | Import-ModelDataset -Exclude place).Train.Count | Should -Be 3
            { @{ n = 1 }, @{ n = $null } | Import-ModelDataset -ErrorAction Stop } | Should -Throw "row 2, column 'n': the value is missing*"
        }

        It 'takes arrays in memory' {
            $data = Import-ModelDataset -InputArray @((1, 2), (3, 4.5), (5, 6)) -LabelArray 0, 1, 2 -ValidationSplit 0.34
            $data.Train.Count, $data.Validation.Count, $data.Train.ClassCount | Should -Be 2, 1, 3
            $data.Train.ExampleShape.ToString() | Should -Be '[2]'
            (Import-ModelDataset -InputArray ([float[, ]]::new(4, 3))).Train.ToString() | Should -Be 'Data, train: 4 × [3]'
        }

        It 'names the row and the column of what is wrong' {
            Set-Content TestDrive:/wrong.csv "a,b`n1,2`n3,x`n5,6"
            $failure = { Import-ModelDataset -Path TestDrive:/wrong.csv -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Row, $failure.Exception.Column | Should -Be 2, b
            $failure = { @{ a = 1 }, @{ a = 'NaN' } | Import-ModelDataset -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Message | Should -BeLike 'row 2*column ''a''*NaN*'
        }

        It 'refuses data that come in another way from raw data than those that a model has learnt from' {
            $data = Import-ModelDataset -Path TestDrive:/people.csv -LabelColumn income -Normalize
            $s = New-ModelSession SoftmaxRegression -Inputs 3 -Classes 2
            $null = $s | Invoke-ModelTraining $data -Steps 2 -BatchSize 2
            $s.Contract.ClassNames | Should -Be high, low
            $other = Import-ModelDataset -Path TestDrive:/people.csv -LabelColumn income
            { $s | Invoke-ModelTraining $other -Steps 1 -ErrorAction Stop } | Should -Throw '*other data than the model was trained with*age*'
            $same = Import-ModelDataset -Path TestDrive:/people.csv -Contract $s.Contract
            { $s | Invoke-ModelTraining $same -Steps 1 -ErrorAction Stop } | Should -Not -Throw
            Set-Content TestDrive:/lacking.csv "sex,income`nm,low"
            { Import-ModelDataset -Path TestDrive:/lacking.csv -Contract $s.Contract -ErrorAction Stop } | Should -Throw "*there is no column 'age'*"
            { Import-ModelDataset -Path TestDrive:/people.csv -Contract $null -ErrorAction Stop } | Should -Throw '*null*'
        }

        It 'reads the archive of MNIST that NumPy has' {
            $file = [IO.Path]::Combine((Get-Item TestDrive:/).FullName, 'mnist.npz')
            $zip = [IO.Compression.ZipFile]::Open($file, 'Create')
            foreach ($part in 'train', 'test') {
                foreach ($array in @{ Name = "x_$part"; Shape = '(3, 28, 28)'; Count = 3 * 784 }, @{ Name = "y_$part"; Shape = '(3,)'; Count = 3 }) {
                    $header = "{'descr': '|u1', 'fortran_order': False, 'shape': $($array.Shape), }".PadRight(117) + "`n"
                    $stream = $zip.CreateEntry("$($array.Name).npy").Open()
                    $stream.Write([byte[]](@(0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0) + [Text.Encoding]::ASCII.GetBytes($header) + [byte[]]::new($array.Count)))
                    $stream.Dispose()
                }
            }

            $zip.Dispose()
            $data = Import-ModelDataset Mnist -Path $file
            $data.Train.Count, $data.Test.Count | Should -Be 3, 3
            $data.Train.ExampleShape.ToString() | Should -Be '[28, 28]'
        }
    }

    Context 'a folder of pictures' {
        BeforeAll {
            # A BMP file of one colour, 24 bits a pixel.
            function Set-Bmp([string] $Path, [int] $Side, [byte[]] $Bgr) {
                $null = New-Item -ItemType Directory (Split-Path $Path) -Force
                $stride = [math]::Ceiling($Side * 3 / 4) * 4
                $pixels = [byte[]]::new($stride * $Side)
                for ($y = 0; $y -lt $Side; $y++) { for ($i = 0; $i -lt $Side * 3; $i++) { $pixels[$y * $stride + $i] = $Bgr[$i % 3] } }
                $header = [byte[]](0x42, 0x4D) + [BitConverter]::GetBytes(54 + $pixels.Count) + [byte[]]::new(4) + [BitConverter]::GetBytes(54) + [BitConverter]::GetBytes(40) +
                    [BitConverter]::GetBytes($Side) + [BitConverter]::GetBytes($Side) + [byte[]](1, 0, 24, 0) + [byte[]]::new(24)
                [IO.File]::WriteAllBytes($Path, $header + $pixels)
            }

            $folder = Join-Path $TestDrive shades
            1..4 | ForEach-Object { Set-Bmp $folder/dark/$_.bmp 4 (10, 20, 30); Set-Bmp $folder/light/$_.bmp 6 (210, 220, 230) }
        }

        It 'has a class for each folder, and pictures in one size' {
            $data = Import-ModelDataset -Path TestDrive:/shades -ImageSize 5 -ChannelOrder Bgr -Mean 10, 20, 30 -Scale 1 -ValidationSplit 0.25
            $data.Name | Should -Be 'shades'
            $data.Train.ClassNames | Should -Be dark, light
            $data.Train.Count, $data.Validation.Count | Should -Be 6, 2
            "$($data.Train.Contract.Image)" | Should -Be '5 × 5 × 3, BGR'
            $batch = [ModelSessions.Tensor]::Zeros('Float32', @(1, 5, 5, 3))
            $data.Train.Read([long[]]@(0), $batch, $null)
            $batch.ToArray()[0..2] | Should -Be 0, 0, 0
        }

        It 'takes the size of the first picture where none is given' {
            (Import-ModelDataset -Path TestDrive:/shades).Train.ExampleShape.ToString() | Should -Be '[4, 4, 3]'
        }

        It 'refuses a class without a picture' {
            $null = New-Item -ItemType Directory TestDrive:/holes/full, TestDrive:/holes/empty -Force
            Set-Bmp (Join-Path $TestDrive holes full 1.bmp) 2 (1, 2, 3)
            $failure = { Import-ModelDataset -Path TestDrive:/holes -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Message | Should -BeLike '*empty*no picture*'
        }
    }

    Context 'of pictures in TFRecord files' {
        BeforeAll {
            . $PSScriptRoot/Fixtures/Pictures.ps1
            Write-PictureRecord (Join-Path $TestDrive shades.tfrecord) (New-PictureFolder (Join-Path $TestDrive pictures))
        }

        It 'has what the pictures have as files' {
            $data = Import-ModelDataset -Path TestDrive:/shades.tfrecord
            $files = Import-ModelDataset -Path TestDrive:/pictures
            $data.Train.ExampleShape.ToString() | Should -Be '[6, 6, 1]'
            $data.Train.ClassCount | Should -Be 2
            foreach ($row in 0..7) {
                $one, $other = foreach ($part in $data.Train, $files.Train) {
                    $batch = [ModelSessions.Tensor]::Zeros('Float32', @(1, 6, 6, 1))
                    $part.Read([long[]]@($row), $batch, $null)
                    , $batch.ToArray()
                }
                $one | Should -Be $other
            }
        }

        It 'teaches a model that then knows the files' {
            $s = New-ModelSession SoftmaxRegression -Inputs 36 -Classes 2 -Seed 1
            $null = $s | Invoke-ModelTraining (Import-ModelDataset -Path TestDrive:/shades.tfrecord) -Epochs 50 -LearningRate 0.5
            ($s | Invoke-ModelPrediction -Path TestDrive:/pictures/*/1.png | Sort-Object Path).Class | Should -Be 0, 1
            $s | Remove-ModelSession -Force
        }

        It 'tells the row of a picture that is none' {
            Write-PictureRecord (Join-Path $TestDrive cut.tfrecord) (Join-Path $TestDrive pictures) -CutAt 50
            $failure = { Import-ModelDataset -Path TestDrive:/cut.tfrecord -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Message | Should -BeLike "*cut.tfrecord', row 1, column 'image/encoded': Invalid PNG data*"
        }
    }

    Context 'whose examples have weights' {
        It 'reads them from a column' {
            $data = 'x,y,w', '1,2,0.5', '2,4,3' | ConvertFrom-Csv | Import-ModelDataset -LabelColumn y -WeightColumn w
            $data.Train.HasWeights | Should -BeTrue
            $data.Train.Contract.Columns.Name | Should -Be x
        }

        It 'refuses one below zero, with its row' {
            'x,y,w', '1,2,0.5', '2,4,-3' | Set-Content TestDrive:/weights.csv
            $failure = { Import-ModelDataset -Path TestDrive:/weights.csv -LabelColumn y -WeightColumn w -ErrorAction Stop } | Should -Throw -PassThru
            $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
            $failure.Exception.Message | Should -BeLike "*row 2 (line 3), column 'w': the weight is -3; it must be 0 or more*"
        }

        It 'refuses to train and test a model that takes none' {
            $data = 'x,y,w', '1,2,0.5', '2,4,3' | ConvertFrom-Csv | Import-ModelDataset -LabelColumn y -WeightColumn w
            $s = New-ModelSession LinearRegression -Inputs 1
            foreach ($use in { $s | Invoke-ModelTraining $data -Steps 1 -ErrorAction Stop }, { $s | Test-Model $data.Train -ErrorAction Stop }) {
                $failure = $use | Should -Throw -PassThru -ErrorId 'GraphInvalid,*'
                $failure.Exception.Message | Should -BeLike '*have weights, but the model takes none*-WeightColumn*'
                $failure.TargetObject | Should -Be $s
            }

            $s | Remove-ModelSession
        }
    }
}
